import type { Clock } from '../../platform/clock/clock.ts'
import type { Log } from '../../platform/log/log.ts'
import type { SessionKeys } from '../../platform/sessions/keys.ts'
import type { CachedSession, Ending, Session, SessionCache, SessionProof } from '../../platform/sessions/sessions.ts'
import type { Sql } from '../../platform/sql/sql.ts'
import { makeOutageLog } from '../../platform/log/outage-log.ts'
import { Refusal } from '../errors.ts'

export interface SessionsDeps {
  /** Opens the keys of sessions. */
  readonly keys: SessionKeys
  readonly cache: SessionCache
  readonly sql: Sql
  readonly clock: Clock
  readonly log: Log
}

export interface FindSession {
  /** Returns the live session, or throws a Refusal. `beforeLookup` runs before PostgreSQL is asked, and may refuse. */
  (sessionId: string, beforeLookup: () => Promise<void>): Promise<Session>
  /**
   * What this process remembers of a session, without a round trip; it may have ended since. Whoever uses it must have
   * its `proof` checked by `TakeNonce`.
   */
  remembered(sessionId: string): (Session & { readonly proof: SessionProof }) | null
}

interface SessionRow {
  session_id: string
  user_id: string
  device_id: string
  /** A key from before keys were encrypted; else null. */
  hmac_key: Buffer | null
  key_id: string | null
  sealed_key: Buffer | null
  expires_at: Date
  revoked_at: Date | null
  end_reason: string | null
}

/**
 * Reads the cache first (which extends the session's time there), then the view `users.sessions`. A found session is
 * cached, unless it was revoked meanwhile: then the cache keeps its tombstone. Without the cache PostgreSQL answers
 * alone. After such an outage cached sessions are read again, because a revocation during it is only in PostgreSQL.
 *
 * Unknown, revoked and expired are reported before any signature is checked, because a tombstone has no key to check
 * it with, and an app must know whether to sign in again. This leaks nothing: an id has 74 random bits, so it cannot
 * be guessed, and its key is still needed.
 */
export function makeFindSession({ cache, keys, sql, clock, log }: SessionsDeps): FindSession {
  const reportCacheOutage = makeOutageLog(log, clock, 'The session cache is down: sessions are read from PostgreSQL.')

  const reportUnreadable = makeOutageLog(
    log,
    clock,
    'The key of a session cannot be decrypted: SESSION_KEYS must keep each key until no session needs it.',
  )

  const find = async (sessionId: string, beforeLookup: () => Promise<void>): Promise<Session> => {
    let cached: CachedSession | Ending | null = null
    let away = false
    try {
      cached = await cache.get(sessionId)
    } catch (error) {
      away = true
      reportCacheOutage(error)
    }
    if (typeof cached === 'string') throw ended(cached)
    if (cached && cached.readAtMs > cache.unsureUntilMs()) return live(cached)

    await beforeLookup()
    const readAtMs = clock.now()
    const row = await selectSession(sql, sessionId)
    if (!row) throw new Refusal('SESSION_UNKNOWN', 'There is no such session.')
    if (row.revoked_at) throw ended(row.end_reason === REPLACED ? 'replaced' : 'revoked')
    const session = live({
      sessionId: row.session_id,
      userId: row.user_id,
      deviceId: row.device_id,
      hmacKey: keyOf(row),
      expiresAtMs: row.expires_at.getTime(),
    })
    if (!away) await cache.put(session, readAtMs).catch(reportCacheOutage)
    return session
  }

  const remembered: FindSession['remembered'] = (sessionId) => {
    const session = cache.remembered(sessionId)
    return session && session.readAtMs > cache.unsureUntilMs() && session.expiresAtMs > clock.now() ? session : null
  }

  return Object.assign(find, { remembered })

  function keyOf({ session_id: sessionId, user_id: userId, hmac_key, key_id, sealed_key }: SessionRow): Buffer {
    if (hmac_key) return hmac_key
    try {
      return keys.open({ keyId: key_id ?? '', sealed: sealed_key ?? Buffer.alloc(0) }, { sessionId, userId })
    } catch (error) {
      // Its key is lost for good, or until the operator puts it back: nobody can sign in this session.
      reportUnreadable(error)
      throw new Refusal('SESSION_UNKNOWN', 'There is no such session.')
    }
  }

  function live(session: Session): Session {
    if (session.expiresAtMs <= clock.now()) throw new Refusal('SESSION_EXPIRED', 'The session has expired.')
    return session
  }
}

/** The value of `end_reason` for a session that a newer sign-in of its user ended. */
const REPLACED = 'REPLACED'

const ended = (ending: Ending) =>
  ending === 'replaced'
    ? new Refusal('SESSION_REPLACED', 'A newer sign-in took the place of the session.')
    : new Refusal('SESSION_REVOKED', 'The session was ended.')

async function selectSession(sql: Sql, sessionId: string): Promise<SessionRow | undefined> {
  const { rows } = await sql.query<SessionRow>(
    `/* gateway.findSession */
     select session_id, user_id, device_id, hmac_key, key_id, sealed_key, expires_at, revoked_at, end_reason
     from users.sessions
     where session_id = $1::uuid`,
    [sessionId],
  )
  return rows[0]
}

/** What PostgreSQL says about open sessions. */
export interface CheckedSessions {
  /** Those that have ended or do not exist, by how they ended. */
  readonly ended: Readonly<Record<Ending, ReadonlySet<string>>>
  /** When each of the others expires, in Unix ms: use prolongs it. */
  readonly expiresAtMs: ReadonlyMap<string, number>
}

export async function checkSessions(sql: Sql, sessionIds: readonly string[], now: Date): Promise<CheckedSessions> {
  const ended = { revoked: new Set<string>(), replaced: new Set<string>() }
  const expiresAtMs = new Map<string, number>()
  for (let from = 0; from < sessionIds.length; from += PAGE) {
    const page = sessionIds.slice(from, from + PAGE)
    const { rows } = await sql.query<Pick<SessionRow, 'session_id' | 'expires_at' | 'revoked_at' | 'end_reason'>>(
      `/* gateway.checkSessions */
       select session_id, expires_at, revoked_at, end_reason
       from users.sessions
       where session_id = any ($1::uuid[])`,
      [page],
    )
    const known = new Map(rows.map((row) => [row.session_id, row]))
    for (const id of page) {
      const row = known.get(id)
      if (row && !row.revoked_at && row.expires_at > now) expiresAtMs.set(id, row.expires_at.getTime())
      else ended[row?.end_reason === REPLACED ? 'replaced' : 'revoked'].add(id)
    }
  }
  return { ended, expiresAtMs }
}

/** Maximum ids of one statement. */
const PAGE = 1_000
