import type { Sql } from '../../../platform/sql/sql.ts'
import { type ExportSource, recordsOf } from '../../export.ts'
import { parseId } from '../../parse.ts'
import { malformedCursor } from '../../page.ts'
import { extrasOf } from '../messages/body.ts'
import type { History } from '../messages/history.ts'
import { findSentMessages } from './store.ts'

/** What this room keeps about a user: direct conversations, preferences, hidden messages, read positions, reactions, pinned messages, and own messages. */
export const makeExportSources = (sql: Sql, history: Pick<History, 'find'>): readonly ExportSource[] => [
  recordsOf(
    sql,
    'chat.directConversation',
    ['chat.direct_participants', 'chat.conversations'],
    `select own.conversation_id::text as key, own.conversation_id as "conversationId", other.user_id as "withUserId"
     from chat.direct_participants as own
     left join chat.direct_participants as other
       on other.conversation_id = own.conversation_id and other.user_id <> own.user_id
     where own.user_id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'chat.preferences',
    ['chat.preferences'],
    `select own.conversation_id::text as key, own.conversation_id as "conversationId", own.pin_order as "pinOrder",
       own.favorite, own.muted_until as "mutedUntil", own.archived_up_to as "archivedUpTo",
       own.marked_unread as "markedUnread", own.cleared_up_to as "clearedUpTo", own.hidden_up_to as "hiddenUpTo"
     from chat.preferences as own
     where own.user_id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'chat.hiddenMessage',
    ['chat.hidden_messages'],
    `select own.conversation_id || ' ' || lpad(own.sequence::text, 10, '0') as key,
       own.conversation_id as "conversationId", own.sequence, r.message_id as "messageId"
     from chat.hidden_messages as own
     left join chat.receipts as r on r.conversation_id = own.conversation_id and r.sequence = own.sequence
     where own.user_id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'chat.draft',
    ['chat.drafts'],
    `select own.conversation_id::text as key, own.conversation_id as "conversationId", own.text,
       own.updated_at as "updatedAt"
     from chat.drafts as own
     where own.user_id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'chat.scheduledMessage',
    ['chat.scheduled'],
    `select own.id::text as key, own.id, own.conversation_id as "conversationId",
       own.client_message_id as "clientMessageId", own.message, own.send_at as "sendAt", own.created_at as "createdAt",
       own.refused_code as "refusedCode"
     from chat.scheduled as own
     where own.user_id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'chat.reads',
    ['chat.reads'],
    `select own.conversation_id::text as key, own.conversation_id as "conversationId", own.read_up_to as "readUpTo",
       own.delivered_up_to as "deliveredUpTo"
     from chat.reads as own
     where own.user_id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'chat.reaction',
    ['chat.reactions'],
    `select own.message_id::text || own.emoji as key, own.conversation_id as "conversationId",
       own.message_id as "messageId", own.emoji, own.reacted_at as "reactedAt"
     from chat.reactions as own
     where own.user_id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'chat.pin',
    ['chat.pins'],
    `select own.message_id::text as key, own.conversation_id as "conversationId", own.message_id as "messageId",
       own.pinned_at as "pinnedAt"
     from chat.pins as own
     where own.pinned_by = $1::uuid`,
  ),
  recordsOf(
    sql,
    'chat.media',
    ['chat.media'],
    `select own.id::text as key, own.id, own.file_name as "fileName", own.content_type as "contentType", own.bytes,
       own.width, own.height, own.duration_ms as "durationMs", own.created_at as "createdAt"
     from chat.media as own
     where own.owner_id = $1::uuid and own.complete`,
  ),
  recordsOf(
    sql,
    'chat.messageVersion',
    ['chat.versions'],
    `select r.message_id || ' ' || lpad(v.version::text, 10, '0') as key, r.message_id as "messageId", v.version,
       v.made_at as "madeAt", v.body ->> 'text' as text, v.body -> 'content' as content
     from chat.receipts as r
     join chat.versions as v on v.message_id = r.message_id and v.version < r.version
     where r.sender_id = $1::uuid and r.version is not null`,
  ),
  {
    kind: 'chat.message',
    tables: ['chat.receipts', 'chat.messages'],
    async read(userId, after, limit) {
      if (after !== null && parseId(after) === null) throw malformedCursor()
      const ids = await findSentMessages(sql, userId, after, limit)
      const messages = await history.find(ids)
      return ids.map((id, at) => {
        const message = messages[at]
        const { conversationId, sequence, clientMessageId, text, sentAt } = message ?? {}
        const extras = message && extrasOf(message)
        return { key: id, data: { id, conversationId, sequence, clientMessageId, text, sentAt, ...extras } }
      })
    },
  },
]
