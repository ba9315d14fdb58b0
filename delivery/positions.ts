import { formatPosition, ORIGIN, type Position } from '../platform/eventlog/position.ts'
import type { Log } from '../platform/log/log.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { gather } from '../platform/gather.ts'
import { backoffMs } from '../platform/backoff.ts'
import { OUTAGE } from './retry.ts'

interface Row {
  epoch: number
  xid: string
  id: string
}

const fromRow = ({ epoch, xid, id }: Row): Position => ({ epoch, xid: BigInt(xid), id: BigInt(id) })

/**
 * Makes this term the only one that may move the position, and returns the position, at first the log's origin. Null
 * if a later term has claimed it: the lease is lost.
 */
export async function claimPosition(sql: Sql, name: string, term: string): Promise<Position | null> {
  const { rows } = await sql.query<Row>(
    `/* delivery.claimPosition */
     insert into delivery.positions as held (name, epoch, xid, id, term)
     values ($1::text, 0, '0'::xid8, 0, $2::bigint)
     on conflict (name) do update set term = excluded.term
       where held.term <= excluded.term
     returning epoch, xid::text as xid, id::text as id`,
    [name, term],
  )
  return rows[0] ? fromRow(rows[0]) : null
}

/** The position of a reader, under the term of its lease. */
export interface Saved {
  readonly name: string
  readonly term: string
  readonly position: Position
}

/**
 * Saves many positions in one statement. False for a position that another term has claimed: it was not written, and
 * the caller no longer holds the lease.
 */
export async function savePositions(sql: Sql, saved: readonly Saved[]): Promise<boolean[]> {
  const { rows } = await sql.query<{ name: string; term: string }>(
    `/* delivery.savePositions */
     update delivery.positions as p
     set epoch = s.epoch, xid = s.xid, id = s.id
     from unnest($1::text[], $2::bigint[], $3::integer[], $4::xid8[], $5::bigint[]) as s (name, term, epoch, xid, id)
     where p.name = s.name and p.term = s.term
     returning p.name, p.term::text as term`,
    [
      saved.map(({ name }) => name),
      saved.map(({ term }) => term),
      saved.map(({ position }) => position.epoch),
      saved.map(({ position }) => String(position.xid)),
      saved.map(({ position }) => String(position.id)),
    ],
  )
  const written = new Set(rows.map(({ name, term }) => `${name} ${term}`))
  return saved.map(({ name, term }) => written.has(`${name} ${term}`))
}

/** Saves a position, in one statement with those of other readers that are saved at the same time. */
export type SavePosition = (saved: Saved) => Promise<boolean>

export function makeSavePosition(sql: Sql): SavePosition {
  const save = gather((saved: readonly Saved[]) => savePositions(sql, saved), { atOnce: 1 })
  return async (saved) => (await save([saved]))[0] ?? false
}

/** Null before the first claim. */
export async function readPosition(sql: Sql, name: string): Promise<Position | null> {
  const { rows } = await sql.query<Row>(
    `/* delivery.readPosition */
     select epoch, xid::text as xid, id::text as id from delivery.positions where name = $1::text`,
    [name],
  )
  return rows[0] ? fromRow(rows[0]) : null
}

/**
 * How long a done event may stay unsaved: after a crash the next holder repeats that much. All readers of a process
 * save at the same moments, so that one statement saves them all.
 */
const SAVE_MS = 100
/** With this number of done events the position is saved at once. */
const SAVE_EVENTS = 500
/**
 * The interval for a position that moved without events. Each save takes a transaction id, which moves the log's
 * horizon: saving every move would cause the next one.
 */
const SAVE_IDLE_MS = 30_000

/**
 * The position that every one of these readers has reached: nothing above it may be deleted from the log. ORIGIN if
 * one of them has never started.
 */
export async function slowestPosition(sql: Sql, names: readonly string[]): Promise<Position> {
  const { rows } = await sql.query<Row>(
    `/* delivery.slowestPosition */
     select epoch, xid::text as xid, id::text as id from delivery.positions
     where name = any($1::text[])
     order by delivery.positions.epoch, delivery.positions.xid, delivery.positions.id`,
    [names],
  )
  const [slowest] = rows
  return slowest && rows.length === new Set(names).size ? fromRow(slowest) : ORIGIN
}

export interface PositionSaver extends AsyncDisposable {
  /**
   * Everything at or below `position` is done. `events` counts those since the last call; 0 if only the horizon moved.
   */
  moved(position: Position, events: number): void
}

export interface PositionSaverDeps {
  readonly save: SavePosition
  readonly log: Log
  /** Called once when a later term has claimed the position. */
  readonly onFenced: () => void
}

/** Saves a position in the background, in batches. Disposing saves the rest once, if the server is up. */
export function makePositionSaver(
  name: string,
  term: string,
  { save, log, onFenced }: PositionSaverDeps,
): PositionSaver {
  let latest: Position | null = null
  let unsaved = 0
  let failures = 0
  let timer: NodeJS.Timeout | null = null
  let dueAt = Infinity
  let writing: Promise<void> | null = null
  let closed = false
  let fenced = false

  const schedule = (after: number) => {
    const now = performance.now()
    const ms = after > 0 ? after - (now % SAVE_MS) : 0
    if (closed || fenced || now + ms >= dueAt) return
    if (timer) clearTimeout(timer)
    dueAt = now + ms
    timer = setTimeout(() => void write(), ms).unref()
  }

  const write = async (): Promise<void> => {
    if (timer) clearTimeout(timer)
    timer = null
    dueAt = Infinity
    if (writing) await writing
    else await (writing = writeOnce().finally(() => (writing = null)))
  }

  const writeOnce = async () => {
    const position = latest
    if (!position || fenced) return
    const events = unsaved
    latest = null
    unsaved = 0
    try {
      fenced = !(await save({ name, term, position }))
      failures = 0
      if (fenced) onFenced()
    } catch (error) {
      latest ??= position
      unsaved += events
      failures += 1
      log.warn('The delivery position could not be saved: retrying.', { position: formatPosition(position), error })
      schedule(backoffMs(failures, OUTAGE))
      return
    }
    if (latest) schedule(unsaved > 0 ? SAVE_MS : SAVE_IDLE_MS)
  }

  return {
    moved(position, events) {
      latest = position
      unsaved += events
      if (failures > 0) return
      schedule(unsaved >= SAVE_EVENTS ? 0 : unsaved > 0 ? SAVE_MS : SAVE_IDLE_MS)
    },
    async [Symbol.asyncDispose]() {
      if (closed) return
      closed = true
      if (timer) clearTimeout(timer)
      await writing
      await writeOnce()
    },
  }
}
