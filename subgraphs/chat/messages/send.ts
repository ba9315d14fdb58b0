import { createHash } from 'node:crypto'
import { v7 } from 'uuid'
import type { Bus } from '../../../platform/bus/bus.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import { announceAppended } from '../../../platform/eventlog/appended.ts'
import type { EventLog, LoggedEvent } from '../../../platform/eventlog/eventlog.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Database, Sql } from '../../../platform/sql/sql.ts'
import { notFound, PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import { conversationFor } from '../conversations/rules.ts'
import { MESSAGE_SENT, type MessageSent } from './events.ts'
import type { MessageRow } from './history.ts'
import type { NewMessage } from './input.ts'
import { takeSequence, type ConversationRow } from '../conversations/store.ts'
import type { MessageStore, StoredMessage } from './store/messages.ts'
import { findReceipt, insertReceipt, type ReceiptRow } from './receipts.ts'
import { makeTurns } from './turns.ts'

/** How long an answer waits for the message store. The log has the message: the relay finishes the write. */
const STORE_WAIT_MS = 2_000

/** Writes under way to a store that hangs. Beyond it the write is left to the relay, so that memory stays flat. */
const MAX_STORE_WRITES = 500

/** Messages of one `insert`, as the store allows. */
const INSERT_BATCH = 1_000

export interface SendDeps {
  readonly database: Database
  readonly eventLog: EventLog
  readonly store: MessageStore
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
}

/** A message and its conversation as the transaction saw them. */
export interface Sent {
  readonly message: MessageRow
  readonly conversation: ConversationRow
}

export type Send = (viewer: Viewer, conversationId: string, message: NewMessage) => Promise<Sent>

/** The same `clientMessageId` was taken by a send into another conversation at this very moment. */
class ReceiptTaken extends Error {}

export function makeSend({ database, eventLog, store, bus, clock, log }: SendDeps): Send {
  let storeWrites = 0
  const inTurn = makeTurns()

  /** The transaction: lock, who may, was it sent before, number, event, receipt. Sent is false for a retry. */
  const append = async (viewer: Viewer, id: string, message: NewMessage): Promise<Sent & { sent: boolean }> =>
    database.transaction(async (sql) => {
      await eventLog.lock(sql, id)
      const conversation = await conversationFor(viewer, sql, id)
      const { clientMessageId, text } = message
      const contentHash = hashOf(conversation.id, text)
      const before = await findReceipt(sql, viewer.userId, clientMessageId)
      if (before) return { sent: false, conversation, message: firstAnswer(before, viewer, message, contentHash) }

      const sentAt = new Date(clock.now())
      const messageId = v7({ msecs: sentAt.getTime() })
      const sequence = await takeSequence(sql, conversation.id, messageId, sentAt)
      const row = {
        id: messageId,
        conversationId: conversation.id,
        sequence,
        senderId: viewer.userId,
        ...message,
        sentAt,
      }
      const position = await appendEvent(sql, eventLog, row)
      const receipt = { ...row, messageId, contentHash, position }
      if (!(await insertReceipt(sql, receipt))) throw new ReceiptTaken()
      const lastAt = conversation.lastAt > sentAt ? conversation.lastAt : sentAt
      const after = { ...conversation, lastSequence: sequence, lastMessageId: messageId, lastAt }
      return { sent: true, conversation: after, message: row }
    })

  /** Resolves when the store has the message, or when there is no point in waiting for it. */
  const write = async (message: StoredMessage) => {
    if (storeWrites >= MAX_STORE_WRITES) return
    storeWrites++
    let timer: NodeJS.Timeout | undefined
    const inserted = store
      .insert([message])
      .catch((error: unknown) => {
        log.warn('The message store did not take a message: the relay will write it', { messageId: message.id, error })
      })
      .finally(() => storeWrites--)
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STORE_WAIT_MS)
    })
    await Promise.race([inserted, late])
    clearTimeout(timer)
  }

  return async (viewer, conversationId, message) => {
    const id = parseId(conversationId)
    if (!id) throw notFound('conversation', conversationId)
    const { sent, ...done } = await inTurn(id, () =>
      append(viewer, id, message).catch((error: unknown) => {
        // The other send has committed by now: this time its receipt is found.
        if (error instanceof ReceiptTaken) return append(viewer, id, message)
        throw error
      }),
    )
    if (!sent) return done
    announceAppended(bus, done.message.conversationId, log)
    await write({ ...done.message, version: 1 })
    return done
  }
}

async function appendEvent(sql: Sql, eventLog: EventLog, row: MessageRow) {
  const payload: MessageSent = { ...row, sentAt: row.sentAt.toISOString() }
  const { position } = await eventLog.append(sql, {
    kind: MESSAGE_SENT,
    key: row.conversationId,
    payload: { ...payload },
  })
  return position
}

/** What the first send answered; a receipt holds all of it but the text, which is the same. */
function firstAnswer(receipt: ReceiptRow, viewer: Viewer, message: NewMessage, contentHash: Buffer): MessageRow {
  if (!receipt.contentHash.equals(contentHash)) {
    throw new PublicError(
      'CONFLICT',
      'You sent another message under this `clientMessageId`: give each message one of its own.',
    )
  }
  const { messageId: id, conversationId, sequence, sentAt } = receipt
  return { id, conversationId, sequence, senderId: viewer.userId, ...message, sentAt }
}

/** Ids have one length, so nothing can stand for something else. */
function hashOf(conversationId: string, text: string): Buffer {
  return createHash('sha256').update(conversationId).update(text).digest()
}

/** After it the store holds the messages of these events, which are all of the kind `chat.MessageSent`. Idempotent. */
export async function finishWrites(store: MessageStore, events: readonly LoggedEvent[]): Promise<void> {
  const messages = events.map(({ payload }): StoredMessage => {
    const sent = payload as unknown as MessageSent // the kind says so, and nobody else appends it
    return { ...sent, sentAt: new Date(sent.sentAt), version: 1 }
  })
  for (let at = 0; at < messages.length; at += INSERT_BATCH) await store.insert(messages.slice(at, at + INSERT_BATCH))
}
