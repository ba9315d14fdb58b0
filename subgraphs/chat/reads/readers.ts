import type { Sql } from '../../../platform/sql/sql.ts'
import { MAX_RECEIPT_MEMBERS } from '../limits.ts'

/** Maximum users who are counted for one message. Beyond it the number means "at least". */
const MAX_COUNTED = 1_000

/**
 * A query for those who have read, or got, the message of the row `r` of `chat.receipts`: participants other than its
 * sender whose stay began before it, and who show what they have read; neither of the viewer `$1` and them has blocked the
 * other, as when a read event is told.
 */
const whoHas = (columns: string, condition: string) => `
  select ${columns}
  from chat.reads as reads
  join chat.participants as p
    on p.conversation_id = reads.conversation_id and p.user_id = reads.user_id and p.until_epoch is null
      and (p.from_epoch, p.from_xid, p.from_id) < (r.epoch, r.xid, r.event_id)
  where reads.conversation_id = r.conversation_id
    and reads.user_id <> r.sender_id
    and not exists (select from users.hides_receipts as hides where hides.user_id = reads.user_id)
    and not exists (select from users.blocks where blocker_id = reads.user_id and blocked_id = $1::uuid)
    and not exists (select from users.blocks where blocker_id = $1::uuid and blocked_id = reads.user_id)
    and ${condition}`

export interface ReaderCounts {
  readonly messageId: string
  readonly readCount: number
  /** Null where deliveries are not counted. */
  readonly deliveredCount: number | null
}

/** No rows for a viewer who does not show what was read. */
export async function countReaders(sql: Sql, viewerId: string, messageIds: readonly string[]): Promise<ReaderCounts[]> {
  const count = (rows: string) => `(select count(*)::integer from (${rows} limit ${MAX_COUNTED}) as counted)`
  const { rows } = await sql.query<ReaderCounts>(
    `/* chat.countReaders */ select
       r.message_id as "messageId",
       ${count(whoHas('', 'reads.read_up_to >= r.sequence'))} as "readCount",
       case when not exists (
         select from groups.sizes
         where group_id = r.conversation_id and (is_broadcast or member_count > ${MAX_RECEIPT_MEMBERS})
       ) then ${count(whoHas('', 'reads.delivered_up_to >= r.sequence'))} end as "deliveredCount"
     from chat.receipts as r
     where r.message_id = any($2::uuid[])
       and not exists (select from users.hides_receipts where user_id = $1::uuid)`,
    [viewerId, messageIds],
  )
  return rows
}

/** The place of a reader in the list: by how far the user has read, then by the id. */
export interface ReaderPlace {
  readonly readUpTo: number
  readonly id: string
}

/** A question for one page of a message's readers. */
export interface ReadersAsked {
  readonly messageId: string
  readonly after: ReaderPlace | null
  readonly limit: number
}

/** Pages for all questions in one statement, in their order. Empty for a viewer who does not show what was read. */
export async function findReaders(
  sql: Sql,
  viewerId: string,
  asked: readonly ReadersAsked[],
): Promise<ReaderPlace[][]> {
  const { rows } = await sql.query<ReaderPlace & { ord: number }>(
    `/* chat.findReaders */ select asked.ord::integer as ord, found.read_up_to as "readUpTo", found.user_id as id
     from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::integer[])
       with ordinality as asked (message_id, after_read_up_to, after_id, most, ord)
     join chat.receipts as r on r.message_id = asked.message_id
     cross join lateral (
       ${whoHas(
         'reads.read_up_to, reads.user_id',
         `reads.read_up_to >= r.sequence
           and (reads.read_up_to, reads.user_id) > (asked.after_read_up_to, asked.after_id)`,
       )}
       order by reads.read_up_to, reads.user_id
       limit asked.most
     ) as found
     where not exists (select from users.hides_receipts where user_id = $1::uuid)
     order by asked.ord, found.read_up_to, found.user_id`,
    [
      viewerId,
      asked.map(({ messageId }) => messageId),
      asked.map(({ after }) => after?.readUpTo ?? 0),
      asked.map(({ after }) => after?.id ?? '00000000-0000-0000-0000-000000000000'),
      asked.map(({ limit }) => limit),
    ],
  )
  const found = asked.map((): ReaderPlace[] => [])
  for (const { ord, ...place } of rows) found[ord - 1]?.push(place)
  return found
}
