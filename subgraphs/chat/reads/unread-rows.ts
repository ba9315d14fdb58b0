import { NOT_HIDDEN } from '../hiding/shown.ts'

/**
 * Maximum messages above the read position that are looked at in one conversation, the last ones: users may have written
 * any number themselves without reading. With 10,000 a user who had written so many in 40 conversations kept the
 * database busy for seconds by each request.
 */
export const MAX_SCANNED = 1_000

/**
 * A query for the unread messages in a row `own` of `chat.own_conversations`: those of others above the read position
 * that the user may see and that are neither system messages nor deleted for everyone; `most` at most. `upTo` is an
 * expression for the last message that is looked at.
 */
export const unreadRows = (most: number, upTo?: string): string => `
  select from (
    select r.conversation_id, r.sequence, r.sender_id, r.type, r.deleted_at from chat.receipts as r
    where r.conversation_id = own.conversation_id and r.sequence > greatest(own.read_up_to, own.first_visible - 1)
      ${upTo === undefined ? '' : `and r.sequence <= ${upTo}`}
    order by r.sequence desc
    limit ${MAX_SCANNED}
  ) as r
  where r.sender_id <> own.user_id and r.type is distinct from 'SYSTEM' and r.deleted_at is null and ${NOT_HIDDEN}
  limit ${most}`

/** A condition on a row `own` of `chat.own_conversations`. */
export const IS_UNREAD = `(own.marked_unread or exists (${unreadRows(1)}))`
