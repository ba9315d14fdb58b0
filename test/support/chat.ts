import { setTimeout as delay } from 'node:timers/promises'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { createSourceEventStream, execute, parse } from 'graphql'
import { v7 } from 'uuid'
import type { Bus } from '../../platform/bus/bus.ts'
import { makeEmbeddedCatalog } from '../../platform/catalog/index.ts'
import { openMemoryBus } from '../../platform/bus/index.ts'
import { openEventLog } from '../../platform/eventlog/log.ts'
import { silentLog, type Log } from '../../platform/log/log.ts'
import { openMemoryPresence, type Presence } from '../../platform/presence/index.ts'
import { startInboxNode, type AttendedNode, type InboxNode } from '../../inbox/index.ts'
import { kinds } from '../../roles/event-kinds.ts'
import { makeChat, type Uploads } from '../../subgraphs/chat/index.ts'
import type { ChangeWindows } from '../../subgraphs/chat/changes/limits.ts'
import type { MessageStore } from '../../subgraphs/chat/messages/store/messages.ts'
import { makePostgresMessages } from '../../subgraphs/chat/messages/store/postgres.ts'
import { makeGroups } from '../../subgraphs/groups/index.ts'
import { startAttendance } from '../../subgraphs/users/index.ts'
import type { Database } from '../../platform/sql/sql.ts'
import { createDatabase } from './database.ts'
import { openPeople, type UserIdentity } from './people.ts'
import { askSubgraph, succeed, type Answer } from './subgraph.ts'

export interface ChatWorldOptions {
  store?(store: MessageStore): MessageStore
  bus?(bus: Bus): Bus
  presence?(presence: Presence): Presence
  /** Stands before the database of everything in the world. */
  database?(database: Database): Database
  readonly log?: Log
  readonly uploads?: Uploads
  /** Whether it is noted who is online when, as processes do. Costs statements. */
  readonly attend?: boolean
  readonly windows?: ChangeWindows
  readonly maxText?: number
  /** How long somebody must be away before the watchers of their presence are told. */
  readonly graceMs?: number
  /** Default: as many as a new database has. With one, all events have one order. */
  readonly shards?: number
}

export type ChatWorld = Awaited<ReturnType<typeof openChatWorld>>

/** The chat room on a real database beside users and groups, the other ports in memory, and an inbox node. */
export async function openChatWorld(options: ChatWorldOptions = {}) {
  const db = await createDatabase()
  const database = options.database?.(db.database) ?? db.database
  if (options.shards) await database.query('update events.settings set shards = $1::int', [options.shards])
  const eventLog = await openEventLog(database, kinds)
  // Streams measure silence by it; it follows the wall until a test moves it.
  const clock = { aheadMs: 0, now: () => Date.now() + clock.aheadMs }
  const log = options.log ?? silentLog
  const ownBus = openMemoryBus()
  const bus = options.bus?.(ownBus) ?? ownBus
  const ownPresence = openMemoryPresence({ clock })
  const presence = options.presence?.(ownPresence) ?? ownPresence
  const people = openPeople(database, {
    presence,
    bus: () => bus,
    ...(options.graceMs !== undefined && { watches: { graceMs: options.graceMs } }),
  })
  const postgres = makePostgresMessages(database)
  const store = options.store?.(postgres) ?? postgres
  const nodes: InboxNode[] = []
  const openNode = async (): Promise<InboxNode> => {
    const deps = { database, eventLog, kinds, bus, presence, clock, log, nodeId: `node-${v7()}` }
    const attend = (noted: AttendedNode) => startAttendance({ database, bus, log }, noted)
    const node = await startInboxNode({ ...deps, ...(options.attend && { attend }) })
    nodes.push(node)
    return node
  }
  const node = await openNode()
  const groups = askSubgraph(makeGroups({ database, eventLog, bus, clock, log }))
  const more = {
    ...(options.uploads && { uploads: options.uploads }),
    ...(options.windows && { windows: options.windows }),
    ...(options.maxText !== undefined && { maxText: options.maxText }),
  }
  const catalog = makeEmbeddedCatalog('')
  const roomOn = (host: InboxNode) =>
    makeChat({ database, eventLog, store, bus, node: host, clock, log, catalog, ...more })
  const ask = askSubgraph(roomOn(node))

  let addresses = 0
  const addressOf = new Map<string, string>()
  const person = async () => {
    const address = `person${++addresses}@example.org`
    const identity = await people.signIn(address)
    addressOf.set(identity.userId, address)
    return identity
  }

  const direct = async (a: UserIdentity, b: UserIdentity): Promise<string> =>
    (
      await succeed(
        ask(a, 'mutation ($id: ID!) { openDirectConversation(input: { userId: $id }) { conversation { id } } }', {
          id: b.userId,
        }),
      )
    ).openDirectConversation.conversation.id

  const group = async (owner: UserIdentity, ...members: UserIdentity[]): Promise<string> =>
    (
      await succeed(
        groups(owner, 'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { group { id } } }', {
          input: { title: 'Group', memberIds: members.map((each) => each.userId) },
        }),
      )
    ).createGroup.group.id

  const change = (field: string) => (by: UserIdentity, groupId: string, user: UserIdentity) => {
    const input = field === 'addGroupMembers' ? 'AddGroupMembersInput' : 'RemoveGroupMemberInput'
    const who = field === 'addGroupMembers' ? { userIds: [user.userId] } : { userId: user.userId }
    return succeed(
      groups(by, `mutation ($input: ${input}!) { ${field}(input: $input) { group { id } } }`, {
        input: { groupId, ...who },
      }),
    )
  }

  const trySend = (
    from: UserIdentity,
    conversationId: string,
    text = 'Hello',
    clientMessageId: string = v7(),
  ): Promise<Answer> =>
    ask(
      from,
      `mutation ($input: SendMessageInput!) {
        sendMessage(input: $input) {
          message { id sequence text sentAt clientMessageId sender { id } conversation { id lastSequence } }
        }
      }`,
      { input: { conversationId, text, clientMessageId } },
    )

  const send = async (from: UserIdentity, conversationId: string, text?: string, clientMessageId?: string) =>
    (await succeed(trySend(from, conversationId, text, clientMessageId))).sendMessage.message as SentMessage

  return {
    db,
    database,
    eventLog,
    clock,
    groups,
    bus,
    presence,
    log,
    store,
    node,
    openNode,
    ask,
    people,
    person,
    direct,
    group,
    /** What the person signs in with. */
    addressOf: ({ userId }: UserIdentity) => addressOf.get(userId) ?? '',
    /** The same person on a new device. */
    anotherDevice: (of: UserIdentity) => people.signIn(addressOf.get(of.userId) ?? ''),
    rename: (by: UserIdentity, displayName: string) =>
      succeed(
        people.ask(by, 'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { id } } }', {
          input: { displayName },
        }),
      ),
    add: change('addGroupMembers'),
    remove: change('removeGroupMember'),
    trySend,
    send,
    /** The inbox as a client has it, by the schema. */
    subscribe: (viewer: UserIdentity, after: unknown = undefined, on: InboxNode = node) =>
      subscribe(roomOn(on), viewer, after),
    async [Symbol.asyncDispose]() {
      for (const each of nodes) await each[Symbol.asyncDispose]()
      await people[Symbol.asyncDispose]()
      await Promise.all([ownBus, ownPresence].map((port) => port[Symbol.asyncDispose]()))
      await postgres[Symbol.asyncDispose]()
      await db[Symbol.asyncDispose]()
    },
  }
}

export interface SentMessage {
  readonly id: string
  readonly sequence: number
  readonly text: string
  readonly sentAt: string
  readonly clientMessageId: string | null
  readonly sender: { readonly id: string }
  readonly conversation: { readonly id: string; readonly lastSequence: number }
}

/** What the tests read of an event. */
export const EVENT = `
    __typename
    cursor
    ... on MembersJoined { group { id } users { id } by { id } }
    ... on MemberLeft { group { id } user { id } by { id } }
    ... on ProfileChanged { user { id } }
    ... on SessionStarted { sessionId deviceId }
    ... on SessionsEnded { sessionIds }
    ... on SettingsChanged { user { id } }
    ... on FriendRequested { from { id } to { id } }
    ... on FriendRequestApproved { from { id } to { id } }
    ... on FriendRequestRejected { from { id } to { id } }
    ... on FriendRequestCancelled { from { id } to { id } }
    ... on FriendRemoved { by { id } user { id } }
    ... on BlocksChanged { user { id } blocked }
    ... on ConversationCleared { conversationId upTo deleted }
    ... on ScheduledMessageChanged { scheduledMessageId conversationId change }
    ... on MessagesDeletedForMe { conversationId messageIds }
    ... on DraftChanged { conversationId conversation { draft { text } } }
    ... on MessagePinned { conversationId messageId byId }
    ... on MessageUnpinned { conversationId messageId byId }
    ... on ReactionChanged { conversationId messageId emoji added count reactorId reactor { id } }
    ... on TypingChanged { conversationId userId endsInMs }
    ... on MessagesRead { conversationId userId upTo }
    ... on MessagesDelivered { conversationId userId upTo }
    ... on ConversationPreferencesChanged { conversationIds conversations { id preferences { muted pinOrder archived } } }
    ... on MessageReceived {
      message { id sequence type text content sentAt clientMessageId sender { id } conversation { id } }
    }
    ... on MessageEdited { message { id sequence version text editedAt clientMessageId } }
    ... on MessageDeleted { message { id sequence version text deletedAt deletedBy { id } } }
`

const INBOX = `subscription ($after: Cursor) { inbox(after: $after) { ${EVENT} } }`

export interface InboxEvent {
  readonly __typename:
    | 'InboxOpened'
    | 'MessageReceived'
    | 'MessageEdited'
    | 'MessageDeleted'
    | 'MembersJoined'
    | 'MemberLeft'
    | 'ProfileChanged'
    | 'SessionStarted'
    | 'SessionsEnded'
    | 'SettingsChanged'
    | 'FriendRequested'
    | 'FriendRequestApproved'
    | 'FriendRequestRejected'
    | 'FriendRequestCancelled'
    | 'FriendRemoved'
    | 'BlocksChanged'
    | 'ConversationPreferencesChanged'
    | 'MessagesRead'
    | 'TypingChanged'
    | 'ReactionChanged'
    | 'MessagePinned'
    | 'MessageUnpinned'
    | 'DraftChanged'
    | 'ScheduledMessageChanged'
    | 'ConversationCleared'
    | 'MessagesDeletedForMe'
    | 'MessagesDelivered'
  readonly cursor: string
  readonly group?: { readonly id: string }
  readonly user?: { readonly id: string }
  readonly users?: readonly { readonly id: string }[]
  readonly by?: { readonly id: string }
  readonly from?: { readonly id: string }
  readonly to?: { readonly id: string }
  readonly blocked?: boolean
  readonly conversationIds?: readonly string[]
  readonly conversations?: readonly object[]
  readonly message?: Omit<SentMessage, 'conversation'> & {
    readonly type: string
    readonly content: unknown
    readonly conversation: { readonly id: string }
  }
}

export interface Subscription extends AsyncDisposable {
  /** The next event; rejects with the stream's error, and when nothing comes for ten seconds. */
  next(): Promise<InboxEvent>
  /** Events until `count` messages came. */
  take(count: number): Promise<InboxEvent[]>
  /** What the gateway does when the frame with this cursor was written to a live socket. */
  progress(cursor: string): void
  close(): Promise<void>
}

async function subscribe(
  room: ReturnType<typeof makeChat>,
  identity: UserIdentity,
  after: unknown,
): Promise<Subscription> {
  const schema = buildSubgraphSchema({ typeDefs: parse(room.typeDefs), resolvers: { ...room.resolvers } as never })
  const document = parse(INBOX)
  const gone = new AbortController()
  const facts = { identity, clientNetwork: null, requestId: 'test', signal: gone.signal }
  const listeners: ((cursor: string) => void)[] = []
  const variableValues = after === undefined ? {} : { after }
  const contextValue = room.makeContext({ ...facts, onProgress: (listener) => void listeners.push(listener) })
  const opened = await createSourceEventStream({ schema, document, contextValue, variableValues })
  if (!(Symbol.asyncIterator in opened))
    throw opened.errors?.[0]?.originalError ?? opened.errors?.[0] ?? new Error('No stream.')
  const source = opened[Symbol.asyncIterator]()

  const next = async (): Promise<InboxEvent> => {
    const late = new AbortController()
    const { done, value } = await Promise.race([
      source.next(),
      delay(10_000, undefined, { signal: late.signal, ref: false }).then(() => {
        throw new Error('No event came for ten seconds.')
      }),
    ]).finally(() => late.abort())
    if (done) throw new Error('The stream ended.')
    const answer = await execute({
      schema,
      document,
      rootValue: value,
      contextValue: room.makeContext(facts),
      variableValues,
    })
    if (answer.errors) throw new AggregateError(answer.errors, answer.errors.map(String).join('\n'))
    return JSON.parse(JSON.stringify(answer.data?.['inbox'])) as InboxEvent
  }
  const close = async () => {
    gone.abort()
    await source.return?.()
  }
  return {
    next,
    async take(count) {
      const taken: InboxEvent[] = []
      for (let messages = 0; messages < count;) {
        const event = await next()
        taken.push(event)
        if (event.message) messages++
      }
      return taken
    },
    progress: (cursor) => listeners.forEach((listener) => listener(cursor)),
    close,
    [Symbol.asyncDispose]: close,
  }
}
