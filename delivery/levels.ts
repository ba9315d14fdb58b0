import type { Sql } from '../platform/sql/sql.ts'
import { shardName } from './consumer.ts'
import { RELAY } from './relay.ts'

/** How far delivery is behind, over all processes. */
export interface Levels {
  /** Events that the relay has not published. */
  readonly unrelayed: number
  /** Events that are not done: some recipient was neither reached nor got a push. */
  readonly undone: number
  /** The age of the oldest of these; 0 if there is none. */
  readonly lagSeconds: number
  readonly parkedEvents: number
  readonly parkedPushes: number
}

/**
 * Maximum events that are counted for each shard and for the relay, so that the query stays cheap in a long outage.
 * Beyond it the number means "at least".
 */
const MAX_COUNTED = 10_000

/** Reads the levels for the metrics, with two queries. */
export async function readLevels(sql: Sql, shards: number): Promise<Levels> {
  const [{ rows: readers }, { rows: parked }] = await Promise.all([
    sql.query<{ shard: number | null; waiting: number; lag: number | null }>(
      `/* delivery.readLevels */
       select reader.shard, ahead.waiting, ahead.lag
       from unnest($1::text[], $2::smallint[]) as reader (name, shard)
       left join delivery.positions p on p.name = reader.name
       cross join lateral (
         select count(*)::int as waiting,
                greatest(extract(epoch from clock_timestamp() - min(at)), 0)::float8 as lag
         from (
           select l.at from events.log l
           where l.shard = reader.shard
             and (l.shard, l.epoch, l.xid, l.id)
               > (reader.shard, coalesce(p.epoch, 0), coalesce(p.xid, '0'::xid8), coalesce(p.id, 0))
           order by l.shard, l.epoch, l.xid, l.id
           limit $3::int
         ) shard_ahead
       ) ahead
       union all
       select null, count(*)::int, null
       from (
         select from events.log l
         left join delivery.positions p on p.name = $4::text
         where (l.epoch, l.xid, l.id) > (coalesce(p.epoch, 0), coalesce(p.xid, '0'::xid8), coalesce(p.id, 0))
         limit $3::int
       ) relay_ahead`,
      [
        Array.from({ length: shards }, (_, shard) => shardName(shard)),
        Array.from({ length: shards }, (_, shard) => shard),
        MAX_COUNTED,
        RELAY,
      ],
    ),
    sql.query<{ events: number; pushes: number }>(
      `/* delivery.countParked */
       select (select count(*)::int from delivery.parked) as events,
              (select count(*)::int from delivery.parked_pushes) as pushes`,
    ),
  ])
  const ahead = readers.filter(({ shard }) => shard !== null)
  return {
    unrelayed: readers.find(({ shard }) => shard === null)?.waiting ?? 0,
    undone: ahead.reduce((sum, { waiting }) => sum + waiting, 0),
    lagSeconds: Math.max(0, ...ahead.map(({ lag }) => lag ?? 0)),
    parkedEvents: parked[0]?.events ?? 0,
    parkedPushes: parked[0]?.pushes ?? 0,
  }
}
