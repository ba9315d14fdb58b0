import type { Log } from '../../../platform/log/log.ts'
import type { SessionKeys } from '../../../platform/sessions/keys.ts'
import type { Database } from '../../../platform/sql/sql.ts'

/** Keys of one transaction: its locks are short. */
const BATCH = 500
/** After a failure, and to find what a process with the ring of before has sealed meanwhile. */
const AGAIN_MS = 60_000

interface KeyRow {
  readonly id: string
  readonly userId: string
  readonly plain: Buffer | null
  readonly keyId: string | null
  readonly sealed: Buffer | null
}

/**
 * Encrypts the keys of sessions from before they were encrypted, and again those that an older key of the ring has
 * encrypted. Returns their number, at most 500.
 */
export function resealKeys(database: Database, keys: SessionKeys): Promise<number> {
  return database.transaction(async (sql) => {
    const { rows } = await sql.query<KeyRow>(
      `/* users.findKeysToSeal */ select
         id, user_id as "userId", hmac_key as plain, key_id as "keyId", sealed_key as sealed
       from users.session
       where key_id is null or key_id = any($1::text[])
       limit $2::int
       for update skip locked`,
      [keys.olderIds, BATCH],
    )
    if (rows.length === 0) return 0
    const sealed = rows.map(({ id, userId, plain, keyId, sealed: before }) => {
      const owner = { sessionId: id, userId }
      // The table's check has one of the two in each row.
      return keys.seal(plain ?? keys.open({ keyId: keyId!, sealed: before! }, owner), owner).sealed
    })
    await sql.query(
      `/* users.sealKeys */ update users.session
       set hmac_key = null, key_id = $3::text, sealed_key = new.sealed
       from unnest($1::uuid[], $2::bytea[]) as new (id, sealed)
       where session.id = new.id`,
      [rows.map(({ id }) => id), sealed, keys.currentId],
    )
    return rows.length
  })
}

/** Runs `resealKeys` until nothing is left, at the start and every minute. */
export function startResealing(deps: {
  readonly database: Database
  readonly sessionKeys: SessionKeys
  readonly log: Log
}): AsyncDisposable {
  const { database, sessionKeys, log } = deps
  let closed = false
  let running: Promise<void> | undefined
  const sealAll = async () => {
    let total = 0
    for (let sealed = BATCH; sealed === BATCH && !closed; total += sealed)
      sealed = await resealKeys(database, sessionKeys)
    if (total > 0)
      log.info('The keys of sessions were encrypted with the current key of SESSION_KEYS.', {
        sessions: total,
        keyId: sessionKeys.currentId,
      })
  }
  const run = () => {
    running ??= sealAll()
      .catch((error: unknown) => log.warn('The keys of sessions could not be encrypted: retrying later.', { error }))
      .finally(() => {
        running = undefined
      })
  }
  run()
  const timer = setInterval(run, AGAIN_MS)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      closed = true
      clearInterval(timer)
      await running
    },
  }
}
