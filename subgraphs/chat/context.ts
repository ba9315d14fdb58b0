import DataLoader from 'dataloader'
import type { Bus } from '../../platform/bus/bus.ts'
import { emptyCatalog, type Catalog } from '../../platform/catalog/catalog.ts'
import type { Clock } from '../../platform/clock/clock.ts'
import type { EventLog } from '../../platform/eventlog/eventlog.ts'
import type { Log } from '../../platform/log/log.ts'
import type { Identity } from '../../platform/signature/identity.ts'
import type { Database } from '../../platform/sql/sql.ts'
import { inOrder } from '../in-order.ts'
import { parseId } from '../parse.ts'
import { requireUser } from '../viewer.ts'
import { makeChanges } from './changes/changes.ts'
import type { ChangeWindows } from './changes/limits.ts'
import type { ChangesPorts } from './changes/ports.ts'
import type { AdministrationPorts } from './administration/ports.ts'
import type { CatalogPorts } from './catalog/ports.ts'
import type { ClearingPorts } from './clearing/ports.ts'
import { findMayList, listParticipants, type ParticipantsAsked } from './conversations/participants.ts'
import { conversationsFor } from './conversations/rules.ts'
import type { ConversationsPorts } from './conversations/ports.ts'
import type { ConversationRow } from './conversations/store.ts'
import type { DisappearingPorts } from './disappearing/ports.ts'
import { findTimers } from './disappearing/store.ts'
import type { DraftsPorts } from './drafts/ports.ts'
import { findDrafts } from './drafts/store.ts'
import type { ExportPorts } from './export/ports.ts'
import { makeExportSources } from './export/sources.ts'
import { makeClaimMedia } from './media/claim.ts'
import { MAX_TEXT } from './limits.ts'
import type { MediaPorts, Uploads } from './media/ports.ts'
import { findMediaOfMessages } from './media/store.ts'
import { findMediaFor } from './media/upload.ts'
import type { HidingPorts } from './hiding/ports.ts'
import type { InboxPorts } from './inbox/ports.ts'
import { makeHistory } from './messages/history.ts'
import type { InboxNode } from '../../inbox/index.ts'
import { findReplies, type RepliesAsked } from './messages/lists.ts'
import type { MessagesPorts } from './messages/ports.ts'
import { resolveBody } from './messages/references.ts'
import { makeSend, type Send } from './messages/send.ts'
import type { MessageStore } from './messages/store/messages.ts'
import { findVisible } from './messages/receipts.ts'
import type { PinsPorts } from './pins/ports.ts'
import { findPinned, type PinsAsked } from './pins/store.ts'
import type { PreferencesPorts } from './preferences/ports.ts'
import { findPreferences } from './preferences/store.ts'
import type { ReactionsPorts } from './reactions/ports.ts'
import { findReactions, findReactors, type ReactorsAsked } from './reactions/store.ts'
import type { ReadsPorts } from './reads/ports.ts'
import type { ScheduledPorts } from './scheduled/ports.ts'
import type { SearchPorts } from './search/ports.ts'
import type { TypingPorts } from './typing/ports.ts'
import { makeTyping, type TypingDeps } from './typing/typing.ts'
import { countReaders, findReaders, type ReadersAsked } from './reads/readers.ts'
import { findUnread } from './reads/unread.ts'

export interface ChatDeps {
  readonly database: Database
  readonly eventLog: EventLog
  readonly store: MessageStore
  readonly bus: Bus
  readonly node: InboxNode
  readonly clock: Clock
  readonly log: Log
  /** Unset: this server takes no files. */
  readonly uploads?: Uploads
  /** Unset: there are no stickers and GIFs beside files. */
  readonly catalog?: Catalog
  /** Until when messages may be edited and deleted; there is a default. */
  readonly windows?: ChangeWindows
  /** Maximum characters of a text; there is a default. */
  readonly maxText?: number
  /** The name of PostgreSQL's text search configuration. Default: words as they are written. */
  readonly searchLanguage?: string
  readonly metrics?: NonNullable<TypingDeps['metrics']>
}

/** The request's facts, as `subgraphs/serve.ts` passes them. */
export interface RequestFacts {
  readonly identity: Identity
  /** The client's network; null if the gateway does not know it. */
  readonly clientNetwork: string | null
  readonly requestId: string
  /** Fires when nobody waits any more. */
  readonly signal?: AbortSignal
  /**
   * Set while a stream is opened: `listener` gets the cursor up to which the client has certainly received all events.
   */
  readonly onProgress?: (listener: (cursor: string) => void) => void
}

/** The ports of all topics of this room. Each resolver only sees the ports of its own topic. */
export type Context = AdministrationPorts &
  CatalogPorts &
  ChangesPorts &
  ClearingPorts &
  ConversationsPorts &
  DisappearingPorts &
  DraftsPorts &
  HidingPorts &
  ExportPorts &
  InboxPorts &
  MediaPorts &
  MessagesPorts &
  PinsPorts &
  PreferencesPorts &
  ReactionsPorts &
  ReadsPorts &
  ScheduledPorts &
  SearchPorts &
  TypingPorts

interface ByConversation {
  readonly conversationId: string
}

/** Returns the context maker of this process: everything without per-request state is made once. */
export function makeContexts(deps: ChatDeps): (request: RequestFacts) => Context {
  const { database, eventLog, bus, clock, log, node, catalog = emptyCatalog, maxText = MAX_TEXT } = deps
  const typing = makeTyping(deps)
  const sendMessage = makeSend(deps)
  const send: Send = async (viewer, ...rest) => {
    const sent = await sendMessage(viewer, ...rest)
    typing.sent(viewer.userId, sent.conversation.id)
    return sent
  }
  const changes = makeChanges(deps)
  const history = makeHistory(deps)
  const claimMedia = makeClaimMedia({ database, clock, uploads: deps.uploads ?? null })
  const checkReferences: ScheduledPorts['checkReferences'] = (viewer, conversationId, message) =>
    resolveBody({ catalog, database, history, claimMedia }, viewer, conversationId, message)
  const exportSources = makeExportSources(database, history)
  return ({ identity, clientNetwork, signal, onProgress }) => {
    /** A loader by conversation of what `find` returns; null for a conversation that the viewer may not see. */
    function byConversation<Row extends ByConversation, Value = Row>(
      find: (sql: Database, userId: string, ids: readonly string[]) => Promise<Row[]>,
      valueOf: (row: Row) => Value = (row) => row as unknown as Value, // without `valueOf` it is the row
    ) {
      return new DataLoader(async (ids: readonly string[]): Promise<(Value | null)[]> => {
        const parsed = ids.map(parseId)
        const wanted = parsed.filter((id) => id !== null)
        const rows = await find(database, requireUser(identity).userId, wanted)
        return inOrder(parsed, rows, (row): string | null => row.conversationId).map((row) => row && valueOf(row))
      })
    }
    const conversations = new DataLoader(async (ids: readonly string[]) =>
      conversationsFor(requireUser(identity), database, ids),
    )
    /**
     * A loader of what is read after the conversation's row, whose last message bounds it: a client that gets later messages
     * adds to it what their numbers say.
     */
    const afterRow = <Row extends ByConversation>(
      find: (sql: Database, userId: string, rows: readonly ConversationRow[]) => Promise<Row[]>,
    ) =>
      new DataLoader(async (ids: readonly string[]): Promise<(Row | null)[]> => {
        const rows = await Promise.all(ids.map((id) => conversations.load(id)))
        const seen = rows.filter((row) => row !== null)
        const found = seen.length > 0 ? await find(database, requireUser(identity).userId, seen) : []
        return inOrder(
          rows.map((row) => row?.id ?? null),
          found,
          (row): string | null => row.conversationId,
        )
      })
    const knownMessages = new DataLoader((ids: readonly string[]) => history.find(ids))
    return {
      identity,
      clientNetwork,
      database,
      eventLog,
      maxText,
      bus,
      clock,
      log,
      send,
      typing,
      checkReferences,
      changes,
      history,
      exportSources,
      node,
      signal,
      onProgress,
      uploads: deps.uploads ?? null,
      catalog,
      searchLanguage: deps.searchLanguage ?? 'simple',
      media: new DataLoader((ids: readonly string[]) => findMediaFor(database, requireUser(identity), ids)),
      mediaOfMessages: new DataLoader(async (ids: readonly string[]) =>
        inOrder(ids, await findMediaOfMessages(database, ids), ({ id }) => id),
      ),
      conversations,
      messages: new DataLoader(async (ids: readonly string[]) => {
        const parsed = ids.map(parseId)
        const wanted = parsed.filter((id) => id !== null)
        const visible = await findVisible(database, requireUser(identity).userId, wanted)
        const rows = await history.find(visible.map((row) => row.id))
        return inOrder(
          parsed,
          rows.filter((row) => row !== null),
          (row): string | null => row.id,
        )
      }),
      knownMessages,
      replies: new DataLoader((asked) => findReplies(database, requireUser(identity).userId, asked), {
        cacheKeyFn: (asked: RepliesAsked) => JSON.stringify(asked),
      }),
      drafts: byConversation(findDrafts),
      timers: byConversation(findTimers),
      preferences: afterRow((sql, userId, rows) =>
        findPreferences(
          sql,
          userId,
          rows.map(({ id }) => id),
        ),
      ),
      participants: new DataLoader((asked) => listParticipants(database, asked), {
        cacheKeyFn: (asked: ParticipantsAsked) => JSON.stringify(asked),
      }),
      mayList: byConversation(findMayList, ({ may }) => may),
      unread: afterRow(findUnread),
      pins: new DataLoader((asked) => findPinned(database, requireUser(identity).userId, asked), {
        cacheKeyFn: (asked: PinsAsked) => JSON.stringify(asked),
      }),
      reactions: new DataLoader(async (ids: readonly string[]) => {
        const found = await findReactions(database, requireUser(identity).userId, ids)
        return ids.map((id) => found.get(id) ?? [])
      }),
      reactors: new DataLoader((asked) => findReactors(database, requireUser(identity).userId, asked), {
        cacheKeyFn: (asked: ReactorsAsked) => JSON.stringify(asked),
      }),
      readerCounts: new DataLoader(async (ids: readonly string[]) => {
        const rows = await countReaders(database, requireUser(identity).userId, ids)
        return inOrder(ids, rows, ({ messageId }) => messageId)
      }),
      readers: new DataLoader((asked) => findReaders(database, requireUser(identity).userId, asked), {
        cacheKeyFn: (asked: ReadersAsked) => JSON.stringify(asked),
      }),
    }
  }
}
