import type { EventLog } from '../../../platform/eventlog/eventlog.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { removeMedia } from '../media/store.ts'
import { removePins } from '../pins/store.ts'
import { removeReactions } from '../reactions/store.ts'
import { bodyOf, type MessageBody } from '../messages/body.ts'
import type { MessageRow } from '../messages/history.ts'
import type { StoredMessage } from '../messages/store/messages.ts'
import { replaceRows } from '../messages/store/postgres.ts'
import { removeWords } from '../search/store.ts'
import { MESSAGE_DELETED } from './events.ts'
import { findEventsOf, forgetMentions, forgetEarlier, keepVersions, markDeleted, rewriteEvents } from './store.ts'

/** Takes away what a topic keeps for these messages, inside the transaction of their deletion. */
export type RemovalStep = (sql: Sql, messageIds: readonly string[], at: Date) => Promise<void>

/** What topics keep for a message beside its receipt and its body. A topic that begins to keep something adds its step. */
const STEPS: readonly RemovalStep[] = [forgetMentions, removeMedia, removePins, removeReactions, removeWords]

export interface Removal {
  readonly conversationId: string
  readonly messageIds: readonly string[]
  /** The user who deletes them; null if none does: the clock, or an admin. */
  readonly byId: string | null
  readonly at: Date
  /** The messages as they are, if moderators may go on to read what they said. Otherwise earlier versions go too. */
  readonly kept: readonly MessageRow[] | null
}

export interface RemovalDeps {
  readonly eventLog: Pick<EventLog, 'appendMany'>
  readonly store: { readonly sharesTransaction: boolean }
}

/**
 * Deletes messages for everyone, inside the caller's transaction, whose first statement was the conversation's lock. Each
 * keeps its number as a tombstone. What it said goes from the message store in PostgreSQL, from the event log with all
 * earlier events of the message, and from what other topics keep. Messages that are deleted already, or are of another
 * conversation, are left alone. Returns the tombstones: after the commit the caller announces the conversation, and gives
 * them to another message store by `replace`; if that fails, the relay does.
 */
export async function removeMessages(
  sql: Sql,
  { eventLog, store }: RemovalDeps,
  { conversationId, messageIds, byId, at, kept }: Removal,
): Promise<StoredMessage[]> {
  const marked = await markDeleted(sql, conversationId, messageIds, at)
  if (marked.length === 0) return []
  const ids = marked.map(({ id }) => id)
  const tombstones = marked.map(({ type, replyToId, ...row }): StoredMessage => ({
    ...row,
    conversationId,
    text: '',
    ...(type !== null && { type }),
    // The place in a thread stays.
    ...(replyToId !== null && { replyToId }),
    deletedAt: at.toISOString(),
    ...(byId !== null && { deletedById: byId }),
  }))
  for (const step of STEPS) await step(sql, ids, at)
  const said = kept?.filter(({ id }) => ids.includes(id)) ?? []
  const earlier = await findEventsOf(sql, ids)
  if (!kept) await forgetEarlier(sql, ids)
  await keepVersions(sql, [
    ...said.map((message) => ({
      ...versionOf(message, message.version ?? 1),
      madeAt: message.editedAt ?? message.sentAt,
    })),
    ...tombstones.map((message) => ({ ...versionOf(message, message.version), madeAt: at })),
  ])
  if (store.sharesTransaction) await replaceRows(sql, tombstones)
  const payloads = tombstones.map((message) => ({
    ...message,
    sentAt: message.sentAt.toISOString(),
    stored: store.sharesTransaction,
  }))
  // JSON, as a send's.
  await eventLog.appendMany(sql, { kind: MESSAGE_DELETED, key: conversationId, payloads: payloads as never[] })
  await rewriteEvents(sql, earlier, payloads)
  return tombstones
}

const versionOf = (message: MessageBody & { readonly id: string }, version: number) => ({
  messageId: message.id,
  version,
  body: bodyOf(message),
  position: null,
})
