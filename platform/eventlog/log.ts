import type { Log } from '../log/log.ts'
import type { Database, Sql } from '../sql/sql.ts'
import { raiseEpochIfRestored } from './epoch.ts'
import type { EventLog, Json, LoggedEvent, Page } from './eventlog.ts'
import type { Kinds } from './kinds.ts'
import type { Position } from './position.ts'

/** Maximum events that one transaction deletes. An open transaction holds up every reader, so it must be short. */
const TRIM_BATCH = 5_000

export interface PositionRow {
  epoch: number
  xid: string
  id: string
}

/** One row per event. A page without events is one row that has only the horizon. */
interface PageRow {
  head_epoch: number
  head_xid: string
  epoch: number | null
  xid: string
  id: string
  shard: number
  kind: string
  key: string
  at: Date
  payload: Json
}

/**
 * Opens the log of a migrated database. If the database was restored from a backup, or a standby became the primary,
 * the epoch is raised first (see `raiseEpochIfRestored`). With `kinds`, only declared kinds can be appended.
 */
export async function openEventLog(database: Database, kinds?: Pick<Kinds, 'find'>): Promise<EventLog> {
  await raiseEpochIfRestored(database)
  const { rows } = await database.query<{ shards: number }>('/* events.settings */ select shards from events.settings')
  const shards = rows[0]?.shards
  if (shards === undefined) throw new Error('The event log has no settings: the table events.settings is empty.')
  const requireDeclared = (kind: string) => {
    if (!kinds || kinds.find(kind)) return
    throw new Error(`Events of the kind ${kind} cannot be appended: no room declares it in its events.ts.`)
  }
  return {
    shards,
    async lock(sql, key) {
      await sql.query('/* events.lock */ select events.lock($1::text)', [key])
    },
    async append(sql, { kind, key, payload }) {
      requireDeclared(kind)
      const { rows } = await sql.query<PositionRow & { shard: number }>(
        `/* events.append */ select epoch, xid, id, shard from events.append($1::text, $2::text, $3::jsonb)`,
        [kind, key, JSON.stringify(payload)],
      )
      const row = only(rows)
      return { position: toPosition(row), shard: row.shard }
    },
    async appendCopy(sql, { epoch, xid, id }) {
      const { rows } = await sql.query<PositionRow & { shard: number }>(
        `/* events.appendCopy */ select epoch, xid, id, shard from events.append_copy($1::integer, $2::xid8, $3::bigint)`,
        [epoch, String(xid), String(id)],
      )
      return rows[0] ? { position: toPosition(rows[0]), shard: rows[0].shard } : null
    },
    async appendMany(sql, { kind, key, payloads }) {
      requireDeclared(kind)
      const { rows } = await sql.query<PositionRow>(
        `/* events.appendMany */ select e.epoch, e.xid, e.id
         from events.append_many($1::text, array_fill($2::text, array[cardinality($3::jsonb[])]), $3::jsonb[]) as e
         order by e.ord`,
        [kind, key, payloads.map((payload) => JSON.stringify(payload))],
      )
      return rows.map(toPosition)
    },
    async appendEach(sql, { kind, events }) {
      requireDeclared(kind)
      await sql.query('/* events.appendEach */ select from events.append_many($1::text, $2::text[], $3::jsonb[])', [
        kind,
        events.map(({ key }) => key),
        events.map(({ payload }) => JSON.stringify(payload)),
      ])
    },
    read: (sql, after, limit) => readPage(sql, READ, [after.epoch, after.xid, after.id, limit]),
    readShard: (sql, shard, after, limit) =>
      readPage(sql, READ_SHARD, [after.epoch, after.xid, after.id, limit, shard]),
    async head(sql) {
      const { rows } = await sql.query<PositionRow>('/* events.head */ select epoch, xid, id from events.head()')
      return toPosition(only(rows))
    },
    async start(sql) {
      const { rows } = await sql.query<PositionRow>(
        '/* events.start */ select floor_epoch as epoch, floor_xid as xid, floor_id as id from events.settings',
      )
      return toPosition(only(rows))
    },
  }
}

/** Sets how long events are kept, for all processes. Deleted events do not come back. */
export async function keepFor(sql: Sql, days: number): Promise<void> {
  await sql.query(
    `/* events.keepFor */ update events.settings set retention_days = $1::integer where retention_days <> $1::integer`,
    [days],
  )
}

/** They remove what tells of deleted events. */
const TRIM_NOTES = [
  '/* events.trimAddressed */ select events.trim_addressed($1::integer) as removed',
  '/* events.trimCopies */ select events.trim_copies($1::integer) as removed',
]

/**
 * Deletes events that are older than the retention, oldest first and at most up to `upTo`, and raises the floor. `upTo`
 * is the position of the slowest reader that must see every event. Returns the number of deleted events. Other readers
 * call `start` after they have read: if the floor is still before the position they read from, they missed nothing.
 */
export async function trim(database: Database, log: Log, upTo: Position): Promise<number> {
  let deleted = 0
  for (;;) {
    const { rows } = await database.query<{ deleted: number }>(
      '/* events.trim */ select events.trim($1::integer, $2::integer, $3::xid8, $4::bigint) as deleted',
      [TRIM_BATCH, upTo.epoch, String(upTo.xid), String(upTo.id)],
    )
    const batch = only(rows).deleted
    deleted += batch
    if (batch < TRIM_BATCH) break
  }
  for (const statement of TRIM_NOTES)
    for (let removed = TRIM_BATCH; removed === TRIM_BATCH;) {
      const { rows } = await database.query<{ removed: number }>(statement, [TRIM_BATCH])
      removed = only(rows).removed
    }
  if (deleted > 0) log.info('Events older than the retention were deleted.', { deleted })
  return deleted
}

/**
 * One statement reads the horizon and the events, so both come from one snapshot, and no event can appear between them.
 * `shard` is part of the comparison and of the order. Otherwise the planner reads the whole log for a quiet shard.
 */
const page = (name: string, [column, value]: readonly [string, string]) => `/* ${name} */
  with head as materialized (select epoch, xid, id from events.head())
  select h.epoch as head_epoch, h.xid as head_xid, l.*
  from head as h
  left join lateral (
    select l.epoch, l.xid, l.id, l.shard, l.kind, l.key, l.at, l.payload
    from events.log as l
    where (${column} l.epoch, l.xid, l.id) > (${value} $1::integer, $2::xid8, $3::bigint)
      and (${column} l.epoch, l.xid, l.id) < (${value} h.epoch, h.xid, h.id)
    order by ${column} l.epoch, l.xid, l.id
    limit $4::integer
  ) as l on true
  order by l.epoch, l.xid, l.id`

const READ = page('events.read', ['', ''])
const READ_SHARD = page('events.readShard', ['l.shard,', '$5::smallint,'])

async function readPage(sql: Sql, statement: string, values: (number | bigint)[]): Promise<Page> {
  const limit = Number(values[3])
  const { rows } = await sql.query<PageRow>(statement, values)
  const events = toEvents(rows)
  const last = events.at(-1)
  const full = events.length >= limit
  if (full && last) return { events, upTo: last.position, full }
  const head = only(rows)
  return { events, upTo: { epoch: head.head_epoch, xid: BigInt(head.head_xid), id: 0n }, full }
}

function toEvents(rows: readonly PageRow[]): LoggedEvent[] {
  return rows.flatMap(({ epoch, xid, id, shard, kind, key, at, payload }) =>
    epoch === null ? [] : [{ position: toPosition({ epoch, xid, id }), shard, kind, key, at, payload }],
  )
}

export function toPosition({ epoch, xid, id }: PositionRow): Position {
  return { epoch, xid: BigInt(xid), id: BigInt(id) }
}

function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows
  if (row === undefined) throw new Error('The event log has no settings: the table events.settings is empty.')
  return row
}
