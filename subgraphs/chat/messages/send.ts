import { setTimeout as delay } from 'node:timers/promises'
import { v7 } from 'uuid'
import { type Backoff, backoffMs } from '../../../platform/backoff.ts'
import { emptyCatalog, type Catalog } from '../../../platform/catalog/catalog.ts'
import type { Bus } from '../../../platform/bus/bus.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import { announceAppended } from '../../../platform/eventlog/appended.ts'
import type { LoggedEvent } from '../../../platform/eventlog/eventlog.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { isUnavailable } from '../../../platform/unavailable.ts'
import { messagesNotAccepted, notFound, PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import type { ConversationRow } from '../conversations/store.ts'
import { makeClaimMedia } from '../media/claim.ts'
import type { Uploads } from '../media/ports.ts'
import { conversationsFor } from '../conversations/rules.ts'
import { appendMessages, type Appended, type Draft } from './append.ts'
import { hashOf, type MessageBody } from './body.ts'
import type { MessageSent } from './events.ts'
import { makeHistory, type MessageRow } from './history.ts'
import type { NewMessage } from './input.ts'
import { findFirstSend } from './receipts.ts'
import { resolveBody } from './references.ts'
import { makeRounds, type Outcome, type RoundItem, type RoundLimits } from './rounds.ts'
import type { MessageStore, StoredMessage } from './store/messages.ts'
import { makeStoreWriter } from './store/write.ts'

/** Maximum messages of one call of the message store. */
const STORE_BATCH = 1_000

/** Maximum tries of a round that conflicts with other transactions. Then its messages are sent one by one. */
const MAX_TRIES = 4
const RETRY_PAUSES: Backoff = { firstMs: 5, mostMs: 100 }

/** SQLSTATEs of a conflict: serialization failure, deadlock, a `clientMessageId` that another transaction just used. */
const CONFLICTS = new Set(['40001', '40P01', '23505'])

export interface SendDeps {
  readonly database: Sql
  readonly store: MessageStore
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly uploads?: Uploads
  /** Unset: there are no stickers and GIFs beside files. */
  readonly catalog?: Catalog
}

/** A message and its conversation, as the transaction of the send saw them. */
export interface Sent {
  readonly message: MessageRow
  readonly conversation: ConversationRow
}

/** If the signal fires before the message's round begins, nothing is sent. */
export type Send = (viewer: Viewer, conversationId: string, message: NewMessage, signal?: AbortSignal) => Promise<Sent>

interface Item extends RoundItem {
  readonly draft: Draft
}

interface Done {
  readonly appended: Exclude<Appended, { outcome: 'BUSY' }>
  /** Resolves when the store has the message, or when the relay has to write it. */
  readonly written: Promise<void>
}

/** Concurrent sends share one transaction and its flush to the disk; rounds.ts says which ones. */
export function makeSend(deps: SendDeps, limits: Partial<RoundLimits> = {}): Send {
  const { database, clock, catalog = emptyCatalog } = deps
  const history = makeHistory(deps)
  const claimMedia = makeClaimMedia({ database, clock, uploads: deps.uploads ?? null })
  const append = makeRounds<Item, Done>(makeRun(deps), limits)

  return async (viewer, conversationId, message, signal) => {
    const id = parseId(conversationId)
    if (!id) throw notFound('conversation', conversationId)
    const { clientMessageId, text, ...rest } = message
    const contentHash = hashOf(id, text, rest)
    let body: MessageBody
    try {
      body = await resolveBody({ catalog, database, history, claimMedia }, viewer, id, message)
    } catch (error) {
      // What the first send referred to may be gone: its retry is answered nevertheless.
      const first = error instanceof PublicError && (await findFirstSend(database, viewer.userId, clientMessageId))
      if (!first) throw error
      const [conversation] = await conversationsFor(viewer, database, [id])
      if (!conversation) throw notFound('conversation', id)
      return { conversation, message: await firstMessage(first.messageId, contentHash.equals(first.contentHash)) }
    }
    const sentAt = new Date(clock.now())
    const draft: Draft = {
      id: v7({ msecs: sentAt.getTime() }),
      conversationId: id,
      senderId: viewer.userId,
      clientMessageId,
      ...body,
      sentAt,
      contentHash,
    }
    const unique = `${viewer.userId} ${clientMessageId}`
    const { appended, written } = await append({ key: id, unique, draft, ...(signal && { signal }) })
    if (!('conversation' in appended)) throw refusal(appended, id, sentAt)
    const { conversation } = appended
    if (appended.outcome === 'REPEATED')
      return { conversation, message: await firstMessage(appended.messageId, appended.same) }
    await written
    return { conversation, message: rowOf(draft, appended) }
  }

  /** The answer to a retry: the message of the first send, as it is now. */
  async function firstMessage(messageId: string, isSame: boolean): Promise<MessageRow> {
    if (!isSame) {
      throw new PublicError(
        'CONFLICT',
        'You sent another message under this `clientMessageId`: give each message one of its own.',
      )
    }
    const [message] = await history.find([messageId])
    if (!message) throw new Error(`The message ${messageId} was acknowledged, and is lost.`)
    return message
  }
}

/**
 * Runs one round: the transaction, the message to the relay, and the write to a message store other than PostgreSQL.
 */
function makeRun({ database, store, bus, log }: SendDeps) {
  const write = makeStoreWriter(store, log)

  const append = async (drafts: readonly Draft[], mayWait: boolean): Promise<(Appended | { failed: unknown })[]> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await appendMessages(database, drafts, { mayWait, keeps: store.sharesTransaction })
      } catch (error) {
        const code = (error as { code?: unknown }).code
        if (typeof code === 'string' && CONFLICTS.has(code) && attempt < MAX_TRIES) {
          await delay(backoffMs(attempt, RETRY_PAUSES))
          continue
        }
        // While the server is down, sending them one by one would fail too.
        if (drafts.length === 1 || (isUnavailable(error) && !CONFLICTS.has(String(code)))) {
          return drafts.map(() => ({ failed: error }))
        }
        log.warn('A round of sends failed: its messages are sent one by one.', { messages: drafts.length, error })
        break
      }
    }
    // Only the message at fault fails.
    const results: (Appended | { failed: unknown })[] = []
    for (const draft of drafts) results.push(...(await append([draft], mayWait)))
    return results
  }

  return async (items: readonly Item[], { mayWait }: { readonly mayWait: boolean }): Promise<Outcome<Done>[]> => {
    const results = await append(
      items.map(({ draft }) => draft),
      mayWait,
    )
    const sent = results.flatMap((result, at) => {
      const draft = items[at]?.draft
      if (!draft || !('outcome' in result) || result.outcome !== 'SENT') return []
      return [{ ...rowOf(draft, result), version: 1 }]
    })
    const [first] = sent
    if (first) announceAppended(bus, first.conversationId, log)
    const written = write(sent, store.insert)
    return results.map((result): Outcome<Done> => {
      if ('failed' in result) return result
      return result.outcome === 'BUSY' ? 'busy' : { done: { appended: result, written } }
    })
  }
}

function rowOf(
  { contentHash: _, ...message }: Draft,
  { sequence, expiresAt }: Appended & { outcome: 'SENT' },
): MessageRow {
  return { ...message, sequence, ...(expiresAt && { expiresAt: expiresAt.toISOString() }) }
}

/** Why a message is not taken, as a send and an edit say it. */
export function refusal(
  appended: Exclude<Done['appended'], { conversation: unknown }>,
  conversationId: string,
  sentAt: Date,
): PublicError {
  switch (appended.outcome) {
    case 'NOT_FOUND':
      return notFound('conversation', conversationId)
    case 'REFUSED':
      return messagesNotAccepted()
    case 'FORBIDDEN':
      return new PublicError('FORBIDDEN', 'Only the owner and the admins of this group may send messages.')
    case 'MUTED': {
      const until = appended.until.toISOString()
      return new PublicError('MUTED', `You may not send messages into this group before ${until}.`, { until })
    }
    case 'SLOWED': {
      const retryAfterMs = Math.max(1, appended.until.getTime() - sentAt.getTime())
      return new PublicError('SLOW_MODE', 'This group is in slow mode: send the message again later.', { retryAfterMs })
    }
  }
}

/**
 * Writes the messages of these events to the store, if it lacks them or has earlier versions. The payload of each event is a
 * whole message.
 */
export async function finishWrites(store: MessageStore, events: readonly LoggedEvent[]): Promise<void> {
  const messages = events.flatMap(({ payload }): StoredMessage[] => {
    // Only this room appends events of the kinds that these writes finish.
    const { stored, ...message } = payload as unknown as MessageSent
    if (stored && store.sharesTransaction) return []
    return [{ ...message, sentAt: new Date(message.sentAt), version: message.version ?? 1 }]
  })
  const originals = messages.filter(({ version }) => version === 1)
  const changed = messages.filter(({ version }) => version > 1)
  for (let at = 0; at < originals.length; at += STORE_BATCH) await store.insert(originals.slice(at, at + STORE_BATCH))
  for (let at = 0; at < changed.length; at += STORE_BATCH) await store.replace(changed.slice(at, at + STORE_BATCH))
}
