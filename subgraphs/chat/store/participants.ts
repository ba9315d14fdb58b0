import type { Position } from '../../../platform/eventlog/position.ts'
import type { Sql } from '../../../platform/sql/sql.ts'

export interface ParticipantRow {
  readonly id: string
}

/** Who takes part now, by id, from above `after`. */
export async function listParticipants(
  sql: Sql,
  conversationId: string,
  after: string | null,
  limit: number,
): Promise<ParticipantRow[]> {
  const { rows } = await sql.query<ParticipantRow>(
    `/* chat.listParticipants */ select user_id as id
     from chat.participants
     where conversation_id = $1::uuid and until_epoch is null and ($2::uuid is null or user_id > $2::uuid)
     order by user_id
     limit $3::integer`,
    [conversationId, after, limit],
  )
  return rows
}

/** What has recipients: an event of a conversation, where it stands. */
export interface Addressed {
  readonly key: string
  readonly position: Position
}

/** Which of these users take part as of each event's position, in the order of the events. */
export async function recipientsAmong(
  sql: Sql,
  events: readonly Addressed[],
  userIds: readonly string[],
): Promise<string[][]> {
  const found = events.map((): string[] => [])
  if (events.length === 0 || userIds.length === 0) return found
  const { rows } = await sql.query<{ ord: number; user_id: string }>(
    `/* chat.recipientsAmong */ select ord, user_id
     from chat.recipients($1::uuid[], $2::integer[], $3::xid8[], $4::bigint[])
     where user_id = any($5::uuid[])`,
    [
      events.map((event) => event.key),
      events.map((event) => event.position.epoch),
      events.map((event) => event.position.xid.toString()),
      events.map((event) => event.position.id.toString()),
      userIds,
    ],
  )
  for (const { ord, user_id } of rows) found[ord - 1]?.push(user_id)
  return found
}
