/**
 * A live store of what a chat shows: its parts load what they lack when they are watched, and the events of the inbox keep them
 * as a new query would show them. Without a dependency on a UI library.
 */
import type { InboxEventFields } from '../cache/index.ts'
import { type App, NETWORK_BACK, onPage } from '../connect.ts'
import { asError } from '../errors.ts'
import { follow, type Following } from '../follow.ts'
import {
  type ConversationFilter,
  InboxDocument,
  type ScheduledMessageFieldsFragment,
  SyncDocument,
} from '../generated/operations.ts'
import type { Outbox, OutboxItem, Outgoing } from '../outbox.ts'
import { type ClientStorage, memoryStorage } from '../storage/storage.ts'
import { isOutage, waitMs } from '../stream.ts'
import { type Acts, makeActs } from './acts.ts'
import { conversationList, type ConversationsSlice, oneConversation, type OneConversation } from './conversations.ts'
import { makeCore } from './core.ts'
import { messageList, type MessagesSlice } from './messages.ts'
import { makeOutgoings } from './outgoing.ts'
import {
  account,
  type Account,
  contacts,
  type Contacts,
  groupInvites,
  type GroupInvitation,
  joinRequests,
  type Listed,
  loadMissing,
  members,
  type MembersSlice,
  type OneMessage,
  oneMessage,
  pins,
  scheduledMessages,
} from './people.ts'
import { makePresence } from './presence.ts'
import { makeReads, type Unread } from './reads.ts'
import { openSiblings } from './siblings.ts'
import type { Slice } from './slices.ts'
import { makeSweep } from './sweep.ts'
import { makeTyping } from './typing.ts'
import type { ChatMessage, ChatPresence, ChatUser } from './views.ts'

export type { Acts } from './acts.ts'
export type { ConversationList, ConversationsSlice, OneConversation } from './conversations.ts'
export type { Loading } from './core.ts'
export type { MessageList, MessagesSlice } from './messages.ts'
export type { Account, Contacts, GroupInvitation, Listed, MemberList, MembersSlice, OneMessage } from './people.ts'
export type { Unread } from './reads.ts'
export type { Slice } from './slices.ts'
export type { ChatConversation, ChatMember, ChatMessage, ChatPresence, ChatUser } from './views.ts'

export interface StoreOptions {
  readonly app: App
  /** The signed-in user. */
  readonly userId: string
  /** Keeps messages that wait to be sent across reloads. Default: they are lost with the page. */
  readonly storage?: ClientStorage
  /** The app's own outbox, which the store does not dispose of. Default: one of the store's, in `storage`. */
  readonly outbox?: Outbox
}

/**
 * Each function gives a part that is watched by itself, and that keeps its identity while it says the same. Nothing is asked before
 * something is watched; the inbox is followed while something is. Disposing of it ends everything.
 */
export interface Store extends Acts, AsyncDisposable {
  readonly app: App
  readonly viewerId: string
  conversations(filter?: ConversationFilter): ConversationsSlice
  conversation(id: string): Slice<OneConversation>
  messages(conversationId: string): MessagesSlice
  message(id: string): Slice<OneMessage>
  pins(conversationId: string): Slice<Listed<ChatMessage>>
  /** The others who type in a conversation. */
  typing(conversationId: string): Slice<readonly ChatUser[]>
  /** Null while it is not known. */
  presence(userId: string): Slice<ChatPresence | null>
  unread(): Slice<Unread>
  members(groupId: string): MembersSlice
  joinRequests(groupId: string): Slice<Listed<ChatUser>>
  groupInvites(): Slice<Listed<GroupInvitation>>
  scheduled(): Slice<Listed<ScheduledMessageFieldsFragment>>
  contacts(): Slice<Contacts>
  account(): Slice<Account>
  /** Why the inbox has ended for good, such as a session that has ended; else undefined. */
  failure(): Slice<Error | undefined>

  /** As the outbox's: the message is in its list at once. */
  send(message: Outgoing): Promise<OutboxItem>
  /** Of a refused message, by its `key`. */
  retry(key: string): Promise<boolean>
  discard(key: string): Promise<boolean>
  /** The viewer has read a conversation up to a message; without a number, up to its end. */
  markRead(conversationId: string, upTo?: number): Promise<void>
  /** The viewer wrote a character: the others are told as often as the server asks, and that it ended. */
  startTyping(conversationId: string): void
  stopTyping(conversationId: string): void
  /** Called with each event, in order, after it was written. The returned function ends that. */
  onEvent(listener: (event: InboxEventFields) => void): () => void
}

/** The inbox is followed for so long after the last screen was left: the next one may come at once. */
const LINGER_MS = 3_000

export function openStore({ app, userId, storage = memoryStorage(), outbox: given }: StoreOptions): Store {
  const listeners = new Set<(event: InboxEventFields) => void>()
  const core = makeCore({
    app,
    userId,
    onMissing: (missing) => loadMissing(core, missing),
    beforeEvent(event) {
      reads.take(event)
      typing.expect(event)
    },
    afterEvent(event) {
      typing.take(event)
      const message = event.__typename === 'MessageReceived' ? event.message : undefined
      if (message?.sender.id === userId) outgoings.stored(message.id)
      sweep.grown(message?.conversation?.id)
      for (const listener of [...listeners]) listener(event)
    },
    onConversation(id, before, after) {
      reads.changed(before, after)
      if (!after) sweep.gone(id)
    },
  })
  const { slices } = core
  const reads = makeReads(core)
  const typing = makeTyping(core)
  const presence = makePresence(core)
  const outgoings = makeOutgoings(core, { app, outbox: given, storage })
  const sweep = makeSweep(core)
  const siblings = openSiblings(core)
  const acts = makeActs(core, siblings.share)

  const FAILURE = 'failure'
  let cursor: string | undefined
  let following: Following | undefined
  let isUsed = false
  let isOver = false
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  /** The cursor of now, before anything is loaded: what happens after it comes as an event. */
  const begin = async (): Promise<string> => {
    const { sync } = await app.query(SyncDocument, {})
    cursor ??= sync.cursor
    failures = 0
    core.open()
    return cursor
  }
  const cursors: ClientStorage = {
    keepsKeys: false,
    get: async () => cursor ?? (await begin()),
    set: async (_, value) => void (cursor = value as string),
    delete: async () => void (cursor = undefined),
    list: async () => [],
  }

  const start = () => {
    clearTimeout(timer)
    timer = undefined
    if (following || isOver) return
    slices.setFact(FAILURE, undefined)
    siblings.open()
    outgoings.outbox().catch((error: unknown) => slices.setFact(FAILURE, asError(error)))
    const own = follow(InboxDocument, {
      app,
      userId,
      storage: cursors,
      handle: ({ inbox }) => core.take(inbox),
      // The stream is open: what is loaded from now on is kept right by it.
      refetch: () => void core.resync(),
    })
    following = own
    const end = (thrown?: unknown) => {
      if (following !== own) return
      following = undefined
      const error = thrown === undefined ? undefined : asError(thrown)
      if (error && !isOutage(error)) slices.setFact(FAILURE, error)
      else if (isUsed) timer = setTimeout(start, waitMs(failures++))
    }
    own.ended.then(() => end(), end)
  }
  const stop = () => {
    clearTimeout(timer)
    timer = undefined
    core.pause()
    const ended = following
    following = undefined
    return ended?.[Symbol.asyncDispose]()
  }
  slices.onUse((now) => {
    isUsed = now
    clearTimeout(timer)
    if (now) start()
    else if (!isOver) timer = setTimeout(() => void stop(), LINGER_MS)
  })

  const wake = () => {
    if (!isUsed) return
    if (!following && slices.fact(FAILURE) === undefined) start()
    core.retryFailed()
  }
  const stopWatching = app.connection.watch(() => {
    if (app.connection.get().phase !== 'open') return
    reads.opened()
    core.retryFailed()
  })
  const stopListening = onPage(NETWORK_BACK, wake)

  return {
    app,
    viewerId: userId,
    conversations: (filter = {}) => conversationList(core, filter),
    conversation: (id) => oneConversation(core, id),
    messages: (id) => messageList(core, outgoings, id, sweep.left),
    message: (id) => oneMessage(core, id),
    pins: (id) => pins(core, id),
    typing: typing.of,
    presence: presence.of,
    unread: reads.unread,
    members: (id) => members(core, id),
    joinRequests: (id) => joinRequests(core, id),
    groupInvites: () => groupInvites(core),
    scheduled: () => scheduledMessages(core),
    contacts: () => contacts(core),
    account: () => account(core),
    failure: () => slices.find(FAILURE, () => ({ make: () => (reader) => reader.fact<Error>(FAILURE) })),
    ...acts,

    async send(message) {
      const outbox = await outgoings.outbox()
      if (message.conversationId != null) typing.ended(String(message.conversationId))
      return outbox.send(message)
    },
    retry: async (key) => (await outgoings.outbox()).retry(key),
    discard: async (key) => (await outgoings.outbox()).discard(key),
    async markRead(conversationId, upTo) {
      siblings.tell(await reads.markRead(conversationId, upTo))
    },
    startTyping: typing.tell,
    stopTyping: typing.stop,
    onEvent(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },

    async [Symbol.asyncDispose]() {
      isOver = true
      core.close()
      stopWatching()
      stopListening()
      await stop()
      reads.close()
      typing.close()
      presence.close()
      siblings.close()
      await outgoings[Symbol.asyncDispose]()
    },
  }
}
