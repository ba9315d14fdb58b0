import { LRUCache } from 'lru-cache'
import { gather } from '../platform/gather.ts'
import type { Log } from '../platform/log/log.ts'
import type { Sql } from '../platform/sql/sql.ts'

/**
 * How long it is remembered what became of a push. It can be repeated when a consumer or a push worker died, or a confirm
 * was lost: within seconds, or within an outage. Users may ask for some days why a push did or did not come.
 */
const KEPT_HOURS = 72
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
  add(note: PushNote): Promise<void>
}

/** What became of a push. */
export interface PushNote extends PushKey {
  /** Absent in decisions of earlier versions. */
  readonly userId?: string
  readonly outcome: 'SENT' | 'WITHDRAWN' | 'SUPPRESSED' | 'DEAD_TOKEN' | 'PARKED'
  /** The rule that suppressed it; otherwise what decided on it. */
  readonly reason: string
  readonly data: Readonly<Record<string, string>>
  readonly collapseKey?: string
}

export function openSentPushes({ database, log }: { database: Sql; log: Log }): SentPushes {
  const recent = new LRUCache<string, true>({ max: MAX_IN_MEMORY })
  /** Sent while PostgreSQL was down: inserted with the next ones. */
  let unsaved: PushNote[] = []
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
    async (keys: readonly PushNote[]) => {
      const all = [...unsaved, ...keys].slice(-MAX_IN_MEMORY)
      unsaved = await orDown(() => notePushes(database, all).then(() => []), all)
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
    async add(note) {
      recent.set(nameOf(note), true)
      await save([note])
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

/** Keeps what became of pushes; of several notes for one event and device the first. */
export async function notePushes(sql: Sql, notes: readonly PushNote[]): Promise<void> {
  await sql.query(
    `/* delivery.notePushes */
     insert into delivery.sent_pushes (event, device_id, user_id, outcome, reason, data, collapse_key)
     select distinct on (event, device_id) *
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::text[])
       as note (event, device_id, user_id, outcome, reason, data, collapse_key)
     on conflict (event, device_id) do nothing`,
    [
      ...columns(notes),
      notes.map(({ userId }) => userId ?? null),
      notes.map(({ outcome }) => outcome),
      notes.map(({ reason }) => reason),
      notes.map(({ data }) => JSON.stringify(data)),
      notes.map(({ collapseKey }) => collapseKey ?? null),
    ],
  )
}

/** A notification on a device. */
export interface Notification {
  readonly deviceId: string
  readonly collapseKey: string
}

/** A notification that is to be taken away if it is about this. */
export interface ShownAsked extends Notification {
  readonly data: Readonly<Record<string, string>>
}

/**
 * Whether each device shows such a notification: the last one that it was sent with the key was not taken away, and carried
 * at least these ids.
 */
export async function findShown(sql: Sql, asked: readonly ShownAsked[]): Promise<boolean[]> {
  const { rows } = await sql.query<{ shown: boolean }>(
    `/* delivery.findShownPushes */
     select coalesce(last.data @> asked.data, false) as shown
     from unnest($1::text[], $2::text[], $3::jsonb[]) with ordinality as asked (device_id, collapse_key, data, ord)
     left join lateral (
       select sent.data
       from delivery.sent_pushes as sent
       where sent.device_id = asked.device_id
         and sent.collapse_key = asked.collapse_key
         and sent.withdrawn_at is null
         and sent.outcome = 'SENT'
       order by sent.sent_at desc
       limit 1
     ) as last on true
     order by ord`,
    [
      asked.map(({ deviceId }) => deviceId),
      asked.map(({ collapseKey }) => collapseKey),
      asked.map(({ data }) => JSON.stringify(data)),
    ],
  )
  return rows.map(({ shown }) => shown)
}

/** Keeps that a notification was taken away. */
export async function noteWithdrawn(sql: Sql, { deviceId, collapseKey }: Notification): Promise<void> {
  await sql.query(
    `/* delivery.noteWithdrawn */
     update delivery.sent_pushes set withdrawn_at = clock_timestamp()
     where device_id = $1::text and collapse_key = $2::text and withdrawn_at is null and outcome = 'SENT'`,
    [deviceId, collapseKey],
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
