/**
 * What an editor knows of the SDK. Nothing here runs: the compiler checks it with everything else, and a refusal that is
 * expected and does not come is an error.
 */
import { expectTypeOf } from 'expect-type'
import type { SignedIn } from '../../client/account.ts'
import { type App, connect, type ConnectionState } from '../../client/connect.ts'
import { follow } from '../../client/follow.ts'
import {
  ConversationMessagesDocument,
  type ConversationMessagesQuery,
  ConversationsDocument,
  InboxDocument,
  type InboxSubscription,
  MeDocument,
  type MessageFieldsFragment,
  SendMessageDocument,
  type SendMessageMutation,
} from '../../client/generated/operations.ts'
import type { Outbox, OutgoingState } from '../../client/outbox.ts'
import { useMutation, useQuery, useSubscription, useSuspenseQuery } from '../../client/react/index.ts'
import { memoryStorage } from '../../client/storage/storage.ts'

export async function answersHaveTheTypesOfTheirDocuments(app: App) {
  const { conversation } = await app.query(ConversationMessagesDocument, { id: 'c' })
  // What may be absent is null, and never undefined; an unknown conversation is one.
  expectTypeOf(conversation).toEqualTypeOf<ConversationMessagesQuery['conversation']>()
  expectTypeOf<null>().toExtend<typeof conversation>()
  expectTypeOf<undefined>().not.toExtend<typeof conversation>()
  // @ts-expect-error It may be null.
  void conversation.messages
  const [edge] = conversation!.messages.edges
  expectTypeOf(edge!.node.text).toEqualTypeOf<string>()
  expectTypeOf(edge!.node.sender.displayName).toEqualTypeOf<string | null>()
  expectTypeOf(edge!.node.sequence).toEqualTypeOf<number>()
  expectTypeOf(edge!.node.sentAt).toEqualTypeOf<string>()
  // @ts-expect-error The document does not ask for it.
  void edge!.node.conversation

  const { me } = await app.query(MeDocument, {})
  expectTypeOf(me.id).toEqualTypeOf<string>()
  const { sendMessage } = await app.mutate(SendMessageDocument, { input: { clientMessageId: 'm', text: 'Hello' } })
  expectTypeOf(sendMessage).toEqualTypeOf<SendMessageMutation['sendMessage']>()
}

export async function fragmentsAreTypesOfTheirOwn(app: App, show: (message: MessageFieldsFragment) => void) {
  for await (const { inbox } of app.subscribe(InboxDocument, {})) {
    // A component that takes a fragment takes each answer that spreads it.
    if (inbox.__typename === 'MessageReceived') show(inbox.message)
  }
  const { conversations } = await app.query(ConversationsDocument, {})
  // @ts-expect-error A conversation is no message.
  show(conversations.edges[0]!.node)
}

export async function wrongVariablesAreRefused(app: App) {
  // @ts-expect-error The id is required.
  await app.query(ConversationMessagesDocument, {})
  // @ts-expect-error A page has a number.
  await app.query(ConversationMessagesDocument, { id: 'c', first: 'ten' })
  // @ts-expect-error There is no such variable.
  await app.query(ConversationMessagesDocument, { id: 'c', fist: 10 })
  // @ts-expect-error There is no such kind of conversation.
  await app.query(ConversationsDocument, { filter: { kind: 'PARTY' } })
  // @ts-expect-error The input lacks its clientMessageId.
  await app.mutate(SendMessageDocument, { input: { text: 'Hello' } })
  // @ts-expect-error A cursor is a text.
  app.subscribe(InboxDocument, { after: 5 })
}

type InboxEvent = InboxSubscription['inbox']

export function eventsAreNarrowedByTheirName(inbox: InboxEvent): string | null {
  expectTypeOf(inbox.cursor).toEqualTypeOf<string>()
  // @ts-expect-error Not every event has a message.
  void inbox.message
  switch (inbox.__typename) {
    case 'MessageReceived':
      expectTypeOf(inbox.message.text).toEqualTypeOf<string>()
      return inbox.message.sender.displayName
    case 'BlocksChanged':
      expectTypeOf(inbox.blocked).toEqualTypeOf<boolean>()
      // @ts-expect-error The user may be gone.
      return inbox.user.displayName
    // @ts-expect-error There is no such event.
    case 'MessageLost':
      return null
    default:
      // @ts-expect-error The messages were taken out above.
      return inbox.message.text
  }
}

export function followingGivesTheEventsOfItsDocument(app: App) {
  follow(InboxDocument, {
    app,
    storage: memoryStorage(),
    userId: 'u',
    refetch: () => undefined,
    handle: (event) => void expectTypeOf(event).toEqualTypeOf<InboxSubscription>(),
  })
  // @ts-expect-error A query cannot be followed: it has no cursor.
  follow(ConversationMessagesDocument, { app, storage: memoryStorage(), userId: 'u', refetch() {}, handle() {} })
}

export function HooksHaveTheTypesOfTheirDocuments() {
  const { data, error, isLoading } = useQuery(MeDocument, {})
  expectTypeOf(data?.me.id).toEqualTypeOf<string | undefined>()
  expectTypeOf(error).toEqualTypeOf<Error | undefined>()
  expectTypeOf(isLoading).toEqualTypeOf<boolean>()
  // @ts-expect-error It is not there before the first answer.
  void data.me
  // Inside `Suspense` it always is.
  expectTypeOf(useSuspenseQuery(MeDocument, {}).data.me.id).toEqualTypeOf<string>()
  // @ts-expect-error The id is required.
  useQuery(ConversationMessagesDocument, {})

  const [send, sent] = useMutation(SendMessageDocument)
  expectTypeOf(send).returns.resolves.toEqualTypeOf<SendMessageMutation>()
  expectTypeOf(sent.data).toEqualTypeOf<SendMessageMutation | undefined>()
  // @ts-expect-error The input is required.
  void send({})

  useSubscription(InboxDocument, {}, { onData: (event) => expectTypeOf(event).toEqualTypeOf<InboxSubscription>() })
}

export function statesAreUnions(state: ConnectionState, outgoing: OutgoingState, outbox: Outbox) {
  expectTypeOf<ConnectionState['phase']>().toEqualTypeOf<'idle' | 'connecting' | 'open' | 'waiting' | 'closed'>()
  if (state.phase === 'waiting') expectTypeOf(state.until).toEqualTypeOf<number>()
  // @ts-expect-error Only a closed connection has a code.
  void state.code
  if (outgoing.phase === 'refused') expectTypeOf(outgoing.code).toEqualTypeOf<string>()
  if (outgoing.phase === 'sent') expectTypeOf(outgoing.message.sequence).toEqualTypeOf<number>()
  // @ts-expect-error The outbox makes the id itself.
  void outbox.send({ conversationId: 'c', text: 'Hello', clientMessageId: 'm' })
}

export function connectTakesWhatSigningInGives({ session }: SignedIn) {
  expectTypeOf(connect({ url: 'https://chat.example.org/graphql', session })).toEqualTypeOf<App>()
  // @ts-expect-error The url is required.
  connect({ session })
  // @ts-expect-error A session is more than its id.
  connect({ url: 'https://chat.example.org/graphql', session: session.id })
}
