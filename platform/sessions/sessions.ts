/** A signed-in device, as the gateway needs it. */
export interface Session {
  readonly sessionId: string
  readonly userId: string
  readonly deviceId: string
  /** `serverHMACKey`: 32 random bytes of this session alone. Never logged. */
  readonly hmacKey: Buffer
  /** Unix ms; the session's last moment, whatever the cache says. */
  readonly expiresAtMs: number
}

/**
 * What the cache held for a session. Whoever asks the same server about something else can have it check there, in the same
 * round trip, that the session is still as it was.
 */
export interface SessionProof {
  readonly key: string
  readonly value: string
  /** The time for which the entry then stays in the cache. */
  readonly ttlMs: number
}

/** A session as it was in PostgreSQL at this moment (Unix ms, just before it was read). */
export interface CachedSession extends Session {
  readonly readAtMs: number
  /** Absent for a cache that costs no round trip. */
  readonly proof?: SessionProof
}

/** How a session ended before its time: `replaced` by a newer sign-in, or `revoked` for any other reason. */
export type Ending = 'revoked' | 'replaced'

/**
 * The session cache in front of the view `users.sessions`. Losing it loses no data.
 *
 * - `get` returns the session and extends its time in the cache; how it ended, for a tombstone; null if it is not cached.
 * - `remembered` is what `get` lately returned here, without asking the server: it may have ended since. It counts only once
 *   its `proof` was checked. Null if there is none, or if the cache costs no round trip.
 * - `unsureUntilMs` is the time until which the cache may have missed revocations, because it could not be reached;
 *   `-Infinity` if never. A session that was read before that time must be read again: its revocation may not have reached
 *   the cache yet.
 * - `put` caches a session unless a tombstone shows that it was revoked meanwhile (atomically).
 * - `revoke` removes sessions and leaves tombstones that outlive any concurrent `put`.
 * - All reject while the server is down; the gateway then asks PostgreSQL.
 */
export interface SessionCache extends AsyncDisposable {
  get(sessionId: string): Promise<CachedSession | Ending | null>
  remembered(sessionId: string): (CachedSession & { readonly proof: SessionProof }) | null
  unsureUntilMs(): number
  put(session: Session, readAtMs: number): Promise<void>
  /** `ending` defaults to `revoked`. */
  revoke(sessionIds: readonly string[], ending?: Ending): Promise<void>
}

/** The bus channel for ended sessions: see `formatEnded`. */
export const REVOKED_CHANNEL = 'sessions.revoked'

/** Maximum ids of one message; a longer list is invalid. */
const MAX_IDS = 100_000

/** A message about ended sessions: a JSON array of their ids, or for replaced ones an object with that array. */
export const formatEnded = (sessionIds: readonly string[], ending: Ending): string =>
  JSON.stringify(ending === 'revoked' ? sessionIds : { [ending]: sessionIds })

/** Null for a text that `formatEnded` did not write. */
export function parseEnded(text: string): { readonly sessionIds: ReadonlySet<string>; readonly ending: Ending } | null {
  try {
    const value: unknown = JSON.parse(text)
    const ending = Array.isArray(value) ? 'revoked' : 'replaced'
    const ids: unknown = ending === 'revoked' ? value : (value as { replaced?: unknown } | null)?.replaced
    if (!Array.isArray(ids) || ids.length > MAX_IDS || !ids.every((id) => typeof id === 'string')) return null
    return { sessionIds: new Set(ids), ending }
  } catch {
    return null // not JSON
  }
}

/**
 * How long a tombstone stays: far longer than any concurrent `put` of a session that was read before its revocation,
 * and longer than the accepted clock skew of 5 minutes in both directions.
 */
export const TOMBSTONE_SECONDS = 11 * 60

/** The default time for which an unused entry stays in the cache; after it the next request reads PostgreSQL. */
export const CACHE_TTL_SECONDS = 15 * 60
