import type { Sql } from '../sql/sql.ts'
import type { LoggedEvent } from './eventlog.ts'

/** The events with the payloads that the log has now. One that the log no longer has stays as it is. */
export async function rereadEvents(sql: Sql, events: readonly LoggedEvent[]): Promise<LoggedEvent[]> {
  if (events.length === 0) return []
  const { rows } = await sql.query<{ ord: number; payload: LoggedEvent['payload'] }>(
    `/* events.reread */ select asked.ord::integer as ord, l.payload
     from unnest($1::integer[], $2::xid8[], $3::bigint[]) with ordinality as asked (epoch, xid, id, ord)
     join events.log as l on (l.epoch, l.xid, l.id) = (asked.epoch, asked.xid, asked.id)`,
    [
      events.map(({ position }) => position.epoch),
      events.map(({ position }) => String(position.xid)),
      events.map(({ position }) => String(position.id)),
    ],
  )
  const payloads = new Map(rows.map(({ ord, payload }) => [ord - 1, payload]))
  return events.map((event, at) => ({ ...event, payload: payloads.get(at) ?? event.payload }))
}
