import type { EventLog, LoggedEvent } from '../platform/eventlog/eventlog.ts'
import type { Kinds, KnownEvent } from '../platform/eventlog/kinds.ts'
import { formatPosition, parsePosition, type Position } from '../platform/eventlog/position.ts'
import type { Database, Sql } from '../platform/sql/sql.ts'
import { isAboutValues } from './retry.ts'

/** A parked event, without what it says. */
export interface ParkedEventRow {
  /** Its position. */
  readonly id: string
  readonly kind: string
  readonly key: string
  readonly reason: string
  readonly at: Date
  readonly parkedAt: Date
}

export interface WantedParked {
  readonly kind: string | null
  /** A part of the reason. */
  readonly reason: string | null
  /** Only events before this position. */
  readonly after: Position | null
  readonly limit: number
}

type Stays = 'NOT_PARKED' | 'STILL_FAILS' | 'AUDIENCE_GREW' | 'EXPIRED'

/** Called in the transaction that replays or drops an event, so that neither happens without its record. */
type Note = (sql: Sql, event: Pick<ParkedEventRow, 'id' | 'kind'>) => Promise<void>

/** What admins do with events that could not be delivered. */
export interface ParkedEvents {
  /** The newest first. */
  find(wanted: WantedParked): Promise<ParkedEventRow[]>
  /** Appends the event anew; each id by itself. */
  replay(id: string, note: Note): Promise<'REPLAYED' | Stays>
  drop(id: string, note: Note): Promise<'DROPPED' | 'NOT_PARKED'>
}

interface ParkedDeps {
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'appendCopy'>
  readonly kinds: Pick<Kinds, 'read' | 'recipients'>
}

/** Ends the transaction: the event stays parked. */
class StaysParked extends Error {
  readonly outcome: Stays
  constructor(outcome: Stays) {
    super(`The event stays parked: ${outcome}.`)
    this.outcome = outcome
  }
}

export function makeParkedEvents(deps: ParkedDeps): ParkedEvents {
  const { database } = deps
  return {
    find: (wanted) => findParked(database, wanted),

    async replay(id, note) {
      const position = parsePosition(id)
      const key = position && (await keyOf(database, position))
      if (!position || key === null) return 'NOT_PARKED'
      try {
        await database.transaction((sql) => replay(sql, deps, { position, key, note }))
        return 'REPLAYED'
      } catch (error) {
        if (error instanceof StaysParked) return error.outcome
        if (isAboutValues(error)) return 'STILL_FAILS'
        throw error
      }
    },

    async drop(id, note) {
      const position = parsePosition(id)
      if (!position) return 'NOT_PARKED'
      return database.transaction(async (sql) => {
        const event = await takeParked(sql, position)
        if (!event) return 'NOT_PARKED'
        await note(sql, { id, kind: event.kind })
        return 'DROPPED'
      })
    },
  }
}

interface Replay {
  readonly position: Position
  readonly key: string
  readonly note: Note
}

/**
 * The event gets a new position: nodes and streams have passed the old one, and would take it for one that they had. Those
 * who belong to the event at the new position must have belonged to it at the old one, or they would see what was before
 * their time. The lock of the key keeps members as they are meanwhile.
 */
async function replay(sql: Sql, { eventLog, kinds }: ParkedDeps, { position, key, note }: Replay): Promise<void> {
  await eventLog.lock(sql, key)
  const parked = await takeParked(sql, position)
  if (!parked) throw new StaysParked('NOT_PARKED')
  // As the log has it now: the message may have been deleted since.
  const payload = await payloadAt(sql, position)
  if (payload === undefined) throw new StaysParked('EXPIRED')
  const event: LoggedEvent = { ...parked, key, position, payload }
  const known = kinds.read(event)
  if (!known) throw new StaysParked('STILL_FAILS')
  const [before = []] = await kinds.recipients(sql, [event])
  if (!(await mayStillTell(sql, known, before, key))) throw new StaysParked('AUDIENCE_GREW')
  const appended = await eventLog.appendCopy(sql, position)
  if (!appended) throw new StaysParked('EXPIRED')
  const [now = []] = await kinds.recipients(sql, [{ ...event, ...appended }])
  const belonged = new Set(before)
  if (now.some((userId) => !belonged.has(userId))) throw new StaysParked('AUDIENCE_GREW')
  await note(sql, { id: formatPosition(position), kind: event.kind })
}

/**
 * An event that names its users names those of its time: who has left a group since, or is not invited any more, must not be
 * told. A user's own event is always theirs.
 */
async function mayStillTell(
  sql: Sql,
  { kind: { audience }, payload }: KnownEvent,
  named: readonly string[],
  key: string,
): Promise<boolean> {
  if (audience.of !== 'users') return true
  const others = named.filter((userId) => userId !== key)
  if (others.length === 0) return true
  const told = new Set((await audience.toldNow?.(sql, payload)) ?? [])
  return others.every((userId) => told.has(userId))
}

const valuesOf = ({ epoch, xid, id }: Position) => [epoch, String(xid), String(id)]

async function keyOf(sql: Sql, position: Position): Promise<string | null> {
  const { rows } = await sql.query<{ key: string }>(
    `/* delivery.findParkedKey */ select key from delivery.parked
     where (epoch, xid, id) = ($1::int, $2::xid8, $3::bigint)`,
    valuesOf(position),
  )
  return rows[0]?.key ?? null
}

async function takeParked(sql: Sql, position: Position): Promise<Pick<LoggedEvent, 'shard' | 'kind' | 'at'> | null> {
  const { rows } = await sql.query<Pick<LoggedEvent, 'shard' | 'kind' | 'at'>>(
    `/* delivery.takeParkedEvent */ delete from delivery.parked
     where (epoch, xid, id) = ($1::int, $2::xid8, $3::bigint)
     returning shard, kind, at`,
    valuesOf(position),
  )
  return rows[0] ?? null
}

async function payloadAt(sql: Sql, position: Position): Promise<LoggedEvent['payload'] | undefined> {
  const { rows } = await sql.query<Pick<LoggedEvent, 'payload'>>(
    `/* delivery.readParkedPayload */ select payload from events.log
     where (epoch, xid, id) = ($1::int, $2::xid8, $3::bigint)`,
    valuesOf(position),
  )
  return rows[0]?.payload
}

/** Maximum characters of a reason that are shown. */
const MAX_REASON = 500

async function findParked(sql: Sql, { kind, reason, after, limit }: WantedParked): Promise<ParkedEventRow[]> {
  const { rows } = await sql.query<ParkedEventRow>(
    `/* delivery.findParked */
     select epoch || ':' || xid || ':' || id as id, kind, key, left(reason, $7::int) as reason, at, parked_at as "parkedAt"
     from delivery.parked
     where ($1::text is null or kind = $1::text)
       and ($2::text is null or position(lower($2::text) in lower(reason)) > 0)
       and ($3::int is null or (epoch, xid, id) < ($3::int, $4::xid8, $5::bigint))
     order by epoch desc, xid desc, id desc
     limit $6::int`,
    [kind, reason, ...(after ? valuesOf(after) : [null, null, null]), limit, MAX_REASON],
  )
  return rows
}
