import type { Sql } from '../../../platform/sql/sql.ts'
import type { MessageBody } from './body.ts'

interface Fixed {
  readonly id: string
  readonly conversationId: string
  readonly sequence: number
  readonly senderId: string
  readonly clientMessageId: string
  readonly sentAt: Date
  readonly version: number
}

/** A message in its present version, which is not its first one. */
export type ChangedRow = Fixed & MessageBody

type Row = Fixed & { readonly body: MessageBody }

const CHANGED = `select r.message_id as id, r.conversation_id as "conversationId", r.sequence, r.sender_id as "senderId",
    r.client_message_id as "clientMessageId", r.sent_at as "sentAt", r.version, v.body
  from chat.receipts as r
  join chat.versions as v on v.message_id = r.message_id and v.version = r.version`

/** Those of the messages that were changed, in their present version, in no order. */
export async function findChangedById(sql: Sql, ids: readonly string[]): Promise<ChangedRow[]> {
  const { rows } = await sql.query<Row>(
    `/* chat.findChangedById */ ${CHANGED} where r.version is not null and r.message_id = any($1::uuid[])`,
    [ids],
  )
  return rows.map(rowOf)
}

/** The changed messages of a conversation from sequence `first` to `last`, in their present version, in no order. */
export async function findChangedInRange(
  sql: Sql,
  conversationId: string,
  first: number,
  last: number,
): Promise<ChangedRow[]> {
  const { rows } = await sql.query<Row>(
    `/* chat.findChangedInRange */ ${CHANGED}
     where r.version is not null and r.conversation_id = $1::uuid and r.sequence between $2::integer and $3::integer`,
    [conversationId, first, last],
  )
  return rows.map(rowOf)
}

const rowOf = ({ body, ...row }: Row): ChangedRow => ({ ...row, ...body })
