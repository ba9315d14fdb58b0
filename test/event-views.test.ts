import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  execute,
  type ExecutionResult,
  getNamedType,
  isLeafType,
  isObjectType,
  parse,
  type GraphQLObjectType,
} from 'graphql'
import { v7 } from 'uuid'
import type { Identity } from '../platform/signature/identity.ts'
import { kinds } from '../roles/event-kinds.ts'
import { makeChat, type ChatDeps } from '../subgraphs/chat/index.ts'
import { makeSharedEvents } from '../subgraphs/serving/shared-events.ts'

// Only resolvers that look at nothing but the event can answer: the others fail, alike with and without sharing.
const room = makeChat({} as ChatDeps)
const schema = buildSubgraphSchema({ typeDefs: parse(room.typeDefs), resolvers: { ...room.resolvers } as never })

const [ada, bob, eve, group] = [v7(), v7(), v7(), v7()]
const device = (userId: string): Identity => ({ kind: 'user', userId, deviceId: v7(), sessionId: v7() })
/** Two devices of each. */
const viewers = [ada, bob, eve].flatMap((userId) => [device(userId), device(userId)])

/** A message in a later version, of each of two senders. */
const changed = (more: object) =>
  [ada, bob].map((senderId) => ({
    id: v7(),
    conversationId: group,
    sequence: 7,
    senderId,
    clientMessageId: `of ${senderId}`,
    sentAt: new Date().toISOString(),
    version: 2,
    ...more,
  }))

const payloads: Readonly<Record<string, readonly object[]>> = {
  'chat.MessageSent': [ada, bob].map((senderId) => ({
    id: v7(),
    conversationId: group,
    sequence: 7,
    senderId,
    clientMessageId: `of ${senderId}`,
    text: 'Hello',
    sentAt: new Date().toISOString(),
    ...(senderId === bob && {
      type: 'LOCATION',
      content: { latitude: 1, longitude: 2 },
      mentions: { userIds: [eve], everyone: true },
      replyToId: v7(),
      forwardedFrom: { messageId: v7(), conversationId: v7() },
    }),
  })),
  'chat.MessageEdited': changed({ text: 'Hello!', editedAt: new Date().toISOString() }),
  'chat.MessageDeleted': changed({ text: '', deletedAt: new Date().toISOString(), deletedById: ada }),
  'chat.ConversationPreferencesChanged': [{ userId: ada, deviceId: v7(), conversationIds: [group] }],
  'chat.ConversationCleared': [{ userId: ada, deviceId: v7(), conversationId: group, upTo: 7, deleted: true }],
  'chat.ScheduledMessageChanged': [
    { userId: ada, deviceId: null, scheduledId: v7(), conversationId: group, change: 'SENT' },
  ],
  'chat.MessagesDeletedForMe': [{ userId: ada, deviceId: v7(), conversationId: group, messageIds: [v7()] }],
  'chat.DraftChanged': [{ userId: ada, deviceId: v7(), conversationId: group }],
  'chat.MessagesRead': [{ userId: ada, deviceId: v7(), conversationId: group, upTo: 7, told: [bob] }],
  'chat.MessagesDelivered': [{ userId: ada, deviceId: v7(), conversationId: group, upTo: 7, told: [bob] }],
  'chat.ReactionChanged': [true, false].map((named) => ({
    conversationId: group,
    messageId: v7(),
    authorId: ada,
    userId: bob,
    emoji: '👍',
    added: named,
    count: 1,
    named,
  })),
  'chat.MessagePinned': [{ conversationId: group, messageId: v7(), by: ada }],
  'chat.MessageUnpinned': [{ conversationId: group, messageId: v7(), by: ada }],
  'chat.TypingChanged': [{ conversationId: group, userId: ada, endsInMs: 8_000 }],
  'groups.MembersJoined': [
    { groupId: group, userIds: [bob, eve], by: ada },
    { groupId: group, userIds: [ada], by: ada },
  ],
  'groups.MemberLeft': [
    { groupId: group, userId: bob, by: ada, reason: 'REMOVED' },
    { groupId: group, userId: eve, by: eve },
  ],
  'groups.RoleChanged': [{ groupId: group, userId: bob, role: 'ADMIN', by: ada }],
  'groups.FollowersJoined': [
    { groupId: group, userIds: [bob, eve], by: ada, managers: [ada] },
    { groupId: group, userIds: [ada], by: ada, managers: [] },
  ],
  'groups.FollowerLeft': [{ groupId: group, userId: bob, by: ada, reason: 'BANNED', told: [ada, bob] }],
  'groups.FollowerRoleChanged': [{ groupId: group, userId: bob, role: 'ADMIN', by: ada, told: [ada, bob] }],
  'groups.GroupUpdated': [{ groupId: group, by: ada, changed: ['title'] }],
  'groups.GroupDeleted': [{ groupId: group, by: ada }],
  'groups.Invited': [{ groupId: group, userId: bob, by: ada }],
  'groups.InviteEnded': [{ groupId: group, userId: bob, outcome: 'ACCEPTED', told: [ada, bob] }],
  'groups.JoinRequested': [{ groupId: group, userId: bob, told: [ada, eve] }],
  'groups.JoinRequestEnded': [{ groupId: group, userId: bob, outcome: 'DECLINED', told: [ada, bob] }],
  'groups.MemberMuted': [{ groupId: group, userId: bob, by: ada, mutedUntil: null, told: [ada, bob] }],
  'users.ProfileChanged': [{ userId: ada, deviceId: v7() }],
  'users.SessionStarted': [{ userId: ada, sessionId: v7(), deviceId: v7() }],
  'users.SessionsEnded': [{ userId: ada, sessionIds: [v7()], deviceId: null }],
  'users.SettingsChanged': [{ userId: ada, deviceId: v7() }],
  'users.FriendRequested': [ada, bob].map((userId) => ({ userId, fromId: ada, toId: bob, deviceId: v7() })),
  'users.FriendRequestApproved': [{ userId: ada, fromId: ada, toId: bob, deviceId: v7() }],
  'users.FriendRequestRejected': [{ userId: ada, fromId: ada, toId: bob, deviceId: v7() }],
  'users.FriendRequestCancelled': [{ userId: bob, fromId: ada, toId: bob, deviceId: v7() }],
  'users.FriendRemoved': [{ userId: bob, fromId: ada, toId: bob, deviceId: v7() }],
  'users.BlocksChanged': [{ userId: ada, otherId: bob, blocked: true, deviceId: v7() }],
}

let made = 0
/** Each event twice, as for a stream that follows and for one that comes later, each with a cursor of its own. */
const items = [
  ...[1, 2].map((n) => ({ cursor: `opened ${n}`, event: null })),
  ...Object.entries(payloads).flatMap(([name, all]) =>
    all.flatMap((payload) => {
      const kind = kinds.find(name)
      const event = { kind, payload: kind?.parse(payload), position: { epoch: 1, xid: 5n, id: BigInt(++made) } }
      return ['live', 'resumed'].map((cursor) => ({ cursor: `${cursor} ${made}`, event }))
    }),
  ),
]

const random = (
  (seed: number) => () =>
    (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
)(42)

/** Some fields of a type, at least its name, some with what lies below. */
function selection(type: GraphQLObjectType, share: number, depth = 0): string {
  const fields = Object.values(type.getFields()).flatMap(({ name, type: given, args }) => {
    if (random() > share || args.some((arg) => arg.name === 'representations')) return []
    const below = getNamedType(given)
    if (isLeafType(below)) return [random() < 0.2 ? `other: ${name}` : name]
    return isObjectType(below) && depth < 3 ? [`${name} { ${selection(below, share, depth + 1)} }`] : []
  })
  return ['__typename', ...fields].join(' ')
}

const inboxEvent = schema.getType('InboxEvent')
const types = schema.getPossibleTypes(inboxEvent as never) as readonly GraphQLObjectType[]

const run = (text: string) => {
  const document = parse(text)
  const shared = makeSharedEvents(schema, room.eventViews)
  return items.flatMap((event) =>
    viewers.map(async (identity) => {
      let executed = false
      const answer = () => {
        executed = true
        const contextValue = { identity }
        const variableValues = { mine: identity.kind === 'user' && identity.userId === ada }
        return execute({ schema, document, rootValue: event, contextValue, variableValues }) as
          Promise<ExecutionResult> | ExecutionResult
      }
      const alone = await answer()
      executed = false
      const together = await shared.run({ document, operationName: undefined, event, identity }, answer)
      return { alone: JSON.stringify(alone), together: JSON.stringify(together), isShared: !executed }
    }),
  )
}

test('the payloads are of every kind that streams get, and of every type of the inbox', async () => {
  const delivered = kinds.all.filter(({ audience }) => audience.of !== 'nobody').map(({ name }) => name)
  expect(Object.keys(payloads).sort()).toEqual(delivered.sort())
  const answers = await Promise.all(run('subscription { inbox { __typename } }'))
  const seen = new Set(
    answers.map(
      ({ alone }) => (JSON.parse(alone) as { data: { inbox: { __typename: string } } }).data.inbox.__typename,
    ),
  )
  expect([...seen].sort()).toEqual(types.map(({ name }) => name).sort())
})

test('each viewer is shown the same with and without sharing, whatever it selects', async () => {
  let shared = 0
  for (let round = 0; round < 30; round++) {
    // Some select little: with everything of every type, some field always depends on the viewer, and nothing is shared.
    const share = [1, random(), 0.02][round % 3]!
    const condition = round % 4 === 0 ? ' @include(if: $mine)' : ''
    const fragments = types.map((type) => `... on ${type.name}${condition} { ${selection(type, share)} }`)
    const head = condition ? 'subscription ($mine: Boolean!)' : 'subscription'
    for (const { alone, together, isShared } of await Promise.all(
      run(`${head} { inbox { cursor ${fragments.join(' ')} } }`),
    )) {
      expect(together).toBe(alone)
      if (isShared) shared++
    }
  }
  expect(shared).toBeGreaterThan(200)
})

test('a message’s clientMessageId is shown to each device of its sender and to nobody else', async () => {
  const answers = await Promise.all(
    run(
      'subscription { inbox { ... on MessageReceived { message { clientMessageId sender { id } conversation { id } } } } }',
    ),
  )
  const of = (at: number) => viewers[at % viewers.length] as Identity & { userId: string }
  let shown = 0
  for (const [at, { together }] of answers.entries()) {
    const { message } = (
      JSON.parse(together) as {
        data: { inbox: { message?: { clientMessageId: string | null; sender: { id: string } } } }
      }
    ).data.inbox
    if (!message) continue
    const isSender = of(at).userId === message.sender.id
    expect(message.clientMessageId).toBe(isSender ? `of ${of(at).userId}` : null)
    if (isSender) shown++
  }
  expect(shown).toBe(8)
  expect(answers.filter(({ isShared }) => isShared).length).toBeGreaterThan(40)
})
