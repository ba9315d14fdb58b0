import type { Addressed, FindAudience } from './kinds.ts'

/**
 * The first four arguments of a SQL function such as `chat.recipients`, which finds the recipients of many events:
 * keys, epochs, transaction ids and ids. It returns rows `(ord, user_id)`, where `ord` counts the events from 1.
 */
function recipientArguments(events: readonly Addressed[]): [string[], number[], string[], string[]] {
  return [
    events.map(({ key }) => key),
    events.map(({ position }) => position.epoch),
    events.map(({ position }) => String(position.xid)),
    events.map(({ position }) => String(position.id)),
  ]
}

/** Groups the rows of such a function: a list of user ids per event, in the order of the events. */
function usersByEvent(
  events: readonly Addressed[],
  rows: readonly { readonly ord: number; readonly user_id: string }[],
): string[][] {
  const found = events.map((): string[] => [])
  for (const { ord, user_id } of rows) found[ord - 1]?.push(user_id)
  return found
}

/**
 * Finds the recipients by a SQL function such as `chat.recipients`. `statement` is the name of the statement. `offset 0`
 * makes PostgreSQL call the function for each event. In one call for all events it read the whole table of participants
 * while it had no statistics of the table, as after an import.
 */
export function audienceOf(statement: string, recipients: string): FindAudience {
  const text = (condition: string) => `/* ${statement} */ select asked.ord::integer as ord, found.user_id
    from unnest($1::uuid[], $2::integer[], $3::xid8[], $4::bigint[]) with ordinality as asked (key, epoch, xid, id, ord)
    cross join lateral (
      select r.user_id
      from ${recipients}(array[asked.key], array[asked.epoch], array[asked.xid], array[asked.id]) as r
      ${condition}
      offset 0
    ) as found`
  const everybody = text('')
  const someUsers = text('where r.user_id = any($5::uuid[])')
  return async (sql, events, among) => {
    const { rows } = await sql.query<{ ord: number; user_id: string }>(among ? someUsers : everybody, [
      ...recipientArguments(events),
      ...(among ? [among] : []),
    ])
    return usersByEvent(events, rows)
  }
}
