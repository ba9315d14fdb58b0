import { LRUCache } from 'lru-cache'
import { gather } from '../platform/gather.ts'
import type { Log } from '../platform/log/log.ts'
import type { Sql } from '../platform/sql/sql.ts'

/**
 * How long a sent push is remembered. It can be repeated when a consumer or a push worker died, or a confirm was lost:
 * within seconds, or within an outage. Beyond that the table would only grow.
 */
const KEPT_HOURS = 24
const TRIM_MS = 60 * 60_000
/** Maximum rows that one statement deletes, so that it holds no lock for long. */
const TRIM_ROWS = 10_000

/** Maximum pushes that are remembered in this process, for outages of PostgreSQL. Beyond it the oldest is forgotten. */
const MAX_IN_MEMORY = 20_000

/** A push of one event to one device. */
export interface PushKey {
  readonly event: string
  readonly deviceId: string
}

/**
 * Remembers which pushes were sent, so that each device gets at most one for each event: delivery happens at least
 * once, and repeats decisions when it cannot know. While PostgreSQL is down, pushes continue with what this process
 * remembers. A worker that is killed between the provider's answer and the insert sends that one push twice.
 */
export interface SentPushes extends AsyncDisposable {
  has(key: PushKey): Promise<boolean>
  add(key: PushKey): Promise<void>
}

export function openSentPushes({ database, log }: { database: Sql; log: Log }): SentPushes {
  const recent = new LRUCache<string, true>({ max: MAX_IN_MEMORY })
  /** Sent while PostgreSQL was down: inserted with the next ones. */
  let unsaved: PushKey[] = []
  let down = false
  const nameOf = ({ event, deviceId }: PushKey) => `${event} ${deviceId}`

  /** Runs `work`; returns `otherwise` if it fails, because pushes do not wait for PostgreSQL. */
  const orDown = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      const result = await work()
      down = false
      return result
    } catch (error) {
      if (!down)
        log.warn('Sent pushes cannot be looked up or stored: a push may come twice if this worker ends now.', { error })
      down = true
      return otherwise
    }
  }

  const find = gather(async (keys: readonly PushKey[]) => {
    const found = await orDown(() => selectSent(database, keys), [])
    const names = new Set(found.map(nameOf))
    return keys.map((key) => names.has(nameOf(key)))
  })

  // One statement at a time, because each takes `unsaved` and replaces it.
  const save = gather(
    async (keys: readonly PushKey[]) => {
      const all = [...unsaved, ...keys].slice(-MAX_IN_MEMORY)
      unsaved = await orDown(() => insertSent(database, all).then(() => []), all)
      return keys
    },
    { atOnce: 1 },
  )

  const trim = async () => {
    while ((await orDown(() => deleteOld(database), 0)) === TRIM_ROWS);
  }
  let trimming = trim()
  const timer = setInterval(() => {
    trimming = trimming.then(trim)
  }, TRIM_MS).unref()

  return {
    async has(key) {
      return recent.has(nameOf(key)) || ((await find([key]))[0] ?? false)
    },
    async add(key) {
      recent.set(nameOf(key), true)
      await save([key])
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await trimming
    },
  }
}

const columns = (keys: readonly PushKey[]) => [keys.map(({ event }) => event), keys.map(({ deviceId }) => deviceId)]

async function selectSent(sql: Sql, keys: readonly PushKey[]): Promise<PushKey[]> {
  const { rows } = await sql.query<PushKey & object>(
    `/* delivery.selectSentPushes */
     select event, device_id as "deviceId"
     from delivery.sent_pushes
     join unnest($1::text[], $2::text[]) as asked (event, device_id) using (event, device_id)`,
    columns(keys),
  )
  return rows
}

async function insertSent(sql: Sql, keys: readonly PushKey[]): Promise<void> {
  await sql.query(
    `/* delivery.insertSentPushes */
     insert into delivery.sent_pushes (event, device_id)
     select distinct event, device_id from unnest($1::text[], $2::text[]) as sent (event, device_id)
     on conflict (event, device_id) do nothing`,
    columns(keys),
  )
}

/** Returns the number of deleted rows. Concurrent workers delete different ones. */
async function deleteOld(sql: Sql): Promise<number> {
  const { rowCount } = await sql.query(
    `/* delivery.trimSentPushes */
     delete from delivery.sent_pushes
     where (event, device_id) in (
       select event, device_id from delivery.sent_pushes
       where sent_at < clock_timestamp() - make_interval(hours => $1::int)
       limit $2::int
       for update skip locked
     )`,
    [KEPT_HOURS, TRIM_ROWS],
  )
  return rowCount
}
