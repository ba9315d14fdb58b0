import type { Sql } from '../sql/sql.ts'
import type { LoggedEvent, Page } from './eventlog.ts'
import type { Kinds } from './kinds.ts'
import { toPosition, type PositionRow } from './log.ts'
import { makeMerge, type Found, type Source } from './merge.ts'
import { comparePositions, type Position } from './position.ts'

/** Some events of the log in its order, among them all that one user gets. Others must be left out by their audience. */
export interface Feed {
  /**
   * At most `limit` events. An event that was deleted meanwhile is missing: the log's start is then above the position from
   * which the page was read.
   */
  next(limit: number): Promise<Page>
}

/**
 * Opens a user's feed from a position up to the horizon of now. It finds the events by an index: by the keys of whose events
 * the user may be in the audience, and by what names the user. So it costs what concerns the user, and a look at each of
 * these keys, however many events there were. Null if the position is from before that index was complete.
 */
export async function openFeed(
  sql: Sql,
  kinds: Pick<Kinds, 'keysOf'>,
  { userId, after }: { readonly userId: string; readonly after: Position },
): Promise<Feed | null> {
  const { head, complete } = await readBounds(sql)
  if (comparePositions(after, complete) < 0) return null
  // Read after the horizon: whoever may get an event below it was a participant by then.
  const keys = await kinds.keysOf(sql, userId, after)
  const find = async (sources: readonly Source[]): Promise<Found[]> => {
    const found = await Promise.all([findOfKeys(sql, sources, head), findAddressed(sql, sources, head)])
    return found.flat()
  }
  const merge = makeMerge([...keys.map((key) => ({ key })), { userId }], after, find)
  return {
    async next(limit) {
      const positions = await merge.next(limit)
      const last = positions.at(-1)
      const events = last ? await readEvents(sql, positions) : []
      const full = positions.length >= limit
      return { events, upTo: full && last ? last : head, full }
    },
  }
}

async function readBounds(sql: Sql): Promise<{ head: Position; complete: Position }> {
  const { rows } = await sql.query<PositionRow & { from_epoch: number; from_xid: string; from_id: string }>(
    `/* events.feedBounds */ select h.epoch, h.xid, h.id, s.addressed_epoch as from_epoch, s.addressed_xid as from_xid,
       s.addressed_id as from_id
     from events.head() as h, events.settings as s`,
  )
  const row = rows[0]! // one row, always
  const complete = toPosition({ epoch: row.from_epoch, xid: row.from_xid, id: row.from_id })
  return { head: toPosition(row), complete }
}

type FoundRow = PositionRow & { place: number }

const toFound = ({ place, ...position }: FoundRow): Found => ({ place, position: toPosition(position) })

/**
 * The next events of each key. The hash is part of the comparison and of the order, as the index has it. Beside an index on the
 * key itself it was half as large (20 and 38 MB at 430,000 events) and cost 90 bytes of WAL an event in place of 130; the CPU
 * time of an append was the same with either, and without, to within the 10 % that two runs differ.
 */
async function findOfKeys(sql: Sql, sources: readonly Source[], head: Position): Promise<Found[]> {
  const asked = sources.filter(({ of }) => 'key' in of)
  if (asked.length === 0) return []
  const { rows } = await sql.query<FoundRow>(
    `/* events.findOfKeys */ select asked.place, found.epoch, found.xid, found.id
     from unnest($1::integer[], $2::text[], $3::integer[], $4::xid8[], $5::bigint[], $6::integer[])
       as asked (place, key, epoch, xid, id, most)
     cross join lateral (
       select l.epoch, l.xid, l.id
       from events.log as l
       where (hashtext(l.key), l.epoch, l.xid, l.id) > (hashtext(asked.key), asked.epoch, asked.xid, asked.id)
         and (hashtext(l.key), l.epoch, l.xid, l.id) < (hashtext(asked.key), $7::integer, $8::xid8, $9::bigint)
       order by hashtext(l.key), l.epoch, l.xid, l.id
       limit asked.most
     ) as found`,
    [
      asked.map(({ place }) => place),
      asked.map(({ of }) => ('key' in of ? of.key : '')),
      asked.map(({ last }) => last.epoch),
      asked.map(({ last }) => String(last.xid)),
      asked.map(({ last }) => String(last.id)),
      asked.map(({ most }) => most),
      head.epoch,
      head.xid,
      head.id,
    ],
  )
  return rows.map(toFound)
}

/** The next events that name the user. */
async function findAddressed(sql: Sql, sources: readonly Source[], head: Position): Promise<Found[]> {
  const asked = sources.find(({ of }) => 'userId' in of)
  if (!asked || !('userId' in asked.of)) return []
  const { place, last, most } = asked
  const { rows } = await sql.query<FoundRow>(
    `/* events.findAddressed */ select $1::integer as place, a.epoch, a.xid, a.id
     from events.addressed as a
     where (a.user_id, a.epoch, a.xid, a.id) > ($2::uuid, $3::integer, $4::xid8, $5::bigint)
       and (a.user_id, a.epoch, a.xid, a.id) < ($2::uuid, $6::integer, $7::xid8, $8::bigint)
     order by a.user_id, a.epoch, a.xid, a.id
     limit $9::integer`,
    [place, asked.of.userId, last.epoch, last.xid, last.id, head.epoch, head.xid, head.id, most],
  )
  return rows.map(toFound)
}

async function readEvents(sql: Sql, positions: readonly Position[]): Promise<LoggedEvent[]> {
  const { rows } = await sql.query<PositionRow & Omit<LoggedEvent, 'position'>>(
    `/* events.readAt */ select l.epoch, l.xid, l.id, l.shard, l.kind, l.key, l.at, l.payload
     from unnest($1::integer[], $2::xid8[], $3::bigint[]) as asked (epoch, xid, id)
     join events.log as l on (l.epoch, l.xid, l.id) = (asked.epoch, asked.xid, asked.id)
     order by l.epoch, l.xid, l.id`,
    [
      positions.map(({ epoch }) => epoch),
      positions.map(({ xid }) => String(xid)),
      positions.map(({ id }) => String(id)),
    ],
  )
  return rows.map(({ shard, kind, key, at, payload, ...position }) => ({
    position: toPosition(position),
    shard,
    kind,
    key,
    at,
    payload,
  }))
}
