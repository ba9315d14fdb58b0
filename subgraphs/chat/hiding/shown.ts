/** The row that says that a user has deleted a message for themselves. */
const MARK = (userId: string, conversationId: string, sequence: string) => `
  (select true from chat.hidden_messages as hidden
   where hidden.user_id = ${userId} and hidden.conversation_id = ${conversationId} and hidden.sequence = ${sequence})`

/** A condition on a row `r` of `chat.receipts`, as `NOT_HIDDEN`, for the user of an expression. */
export const notHiddenFor = (userId: string): string => `${MARK(userId, 'r.conversation_id', 'r.sequence')} is not true`

/**
 * A condition on a row `r` of `chat.receipts` and a row `own` of `chat.own_conversations`: the user has not deleted the
 * message for themselves. A subquery for each row looks it up by its key; PostgreSQL might make of `not exists` a join
 * with the whole table. With `is null` it would expect nearly all messages to be hidden, and read them in another order.
 */
export const NOT_HIDDEN = notHiddenFor('own.user_id')

/**
 * A condition on a row `r` of `chat.receipts` and a row `own` of `chat.own_conversations`: the user may see the message. Every
 * statement that shows messages uses it.
 */
export const IS_SHOWN = `r.sequence >= own.first_visible and ${NOT_HIDDEN}`

/** Whether the user has deleted any message of the conversation for themselves. */
export const hasHidden = (userId: string, conversationId: string): string => `((
  select true from chat.hidden_messages as hidden
  where hidden.user_id = ${userId} and hidden.conversation_id = ${conversationId}
  limit 1
) is not null)`

/**
 * The id of the last message that the user may see, of a row with the columns of `chat.own_conversations` that this names.
 * Only for a user who deleted the last message for themselves does it look for the one before.
 */
export const lastShownId = (row: string): string => `case
  when ${MARK(`${row}.user_id`, `${row}.conversation_id`, `${row}.last_sequence`)} is not true then ${row}.last_message_id
  else (
    select r.message_id
    from chat.receipts as r
    where r.conversation_id = ${row}.conversation_id and r.sequence >= ${row}.first_visible
      and ${notHiddenFor(`${row}.user_id`)}
    order by r.sequence desc
    limit 1
  )
end`
