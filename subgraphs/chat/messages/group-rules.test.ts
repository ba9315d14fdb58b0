import { randomUUID } from 'node:crypto'
import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { succeed, type Answer } from '../../../test/support/subgraph.ts'

/** Who may send into a group, and who sees its participants. */
let world: ChatWorld
let owner: UserIdentity
let member: UserIdentity
let groupId: string
beforeAll(async () => {
  world = await openChatWorld()
})
beforeEach(async () => {
  ;[owner, member] = [await world.person(), await world.person()]
  groupId = await world.group(owner, member)
})
afterAll(() => world[Symbol.asyncDispose]())

const send = (by: UserIdentity, clientMessageId: string = randomUUID()): Promise<Answer> =>
  world.ask(by, 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id sequence } } }', {
    input: { conversationId: groupId, clientMessageId, text: 'hello' },
  })
const change = (mutation: string, input: object) => {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`
  return succeed(
    world.groups(owner, `mutation ($input: ${type}) { ${mutation}(input: $input) { group { id } } }`, {
      input: { groupId, ...input },
    }),
  )
}
const extensions = ({ errors }: Answer) => errors[0]?.extensions

test('where only managers send, a member is refused and an admin is not; a retry of an earlier send is answered', async () => {
  const clientMessageId = randomUUID()
  const first = await succeed(send(member, clientMessageId))
  await change('updateGroup', { whoMaySend: 'ADMINS' })
  expect((await send(member)).codes).toEqual(['FORBIDDEN'])
  expect(await succeed(send(member, clientMessageId))).toEqual(first)
  await succeed(send(owner))
  await change('setGroupRole', { userId: member.userId, role: 'ADMIN' })
  expect((await succeed(send(member))).sendMessage.message.sequence).toBe(6)
})

test('in a broadcast group members read and do not write, and see no participants', async () => {
  await change('updateGroup', { kind: 'BROADCAST' })
  expect((await send(member)).codes).toEqual(['FORBIDDEN'])
  await succeed(send(owner))
  const READ = `query ($id: ID!) { conversation(id: $id) {
    lastSequence messages { edges { node { type text } } } participants { edges { node { id } } }
  } }`
  expect(await world.ask(member, READ, { id: groupId })).toMatchObject({
    codes: ['FORBIDDEN'],
    data: {
      conversation: {
        lastSequence: 3,
        // It was created, and became a broadcast group.
        messages: { edges: [{ node: { type: 'SYSTEM' } }, { node: { type: 'SYSTEM' } }, { node: { text: 'hello' } }] },
        participants: null,
      },
    },
  })
  expect((await succeed(world.ask(owner, READ, { id: groupId }))).conversation.participants.edges).toHaveLength(2)
})

test('a muted member may not send until the mute ends, by its time or by a manager', async () => {
  const until = new Date(world.clock.now() + 60_000)
  await change('muteGroupMember', { userId: member.userId, until })
  expect(extensions(await send(member))).toMatchObject({ code: 'MUTED', until: until.toISOString() })
  world.clock.aheadMs += 60_001
  await succeed(send(member))
  await change('muteGroupMember', { userId: member.userId, until: new Date(world.clock.now() + 60_000) })
  expect((await send(member)).codes).toEqual(['MUTED'])
  await change('muteGroupMember', { userId: member.userId, until: null })
  await succeed(send(member))
})

test('in slow mode a member waits between two messages, also between two that meet; managers and other members do not', async () => {
  await change('updateGroup', { slowModeSeconds: 30 })
  const codes = (await Promise.all(Array.from({ length: 5 }, () => send(member)))).flatMap((answer) => answer.codes)
  expect(codes).toEqual(Array.from({ length: 4 }, () => 'SLOW_MODE'))
  const refused = extensions(await send(member))
  expect(refused?.['code']).toBe('SLOW_MODE')
  expect(refused?.['retryAfterMs']).toBeGreaterThan(0)
  expect(refused?.['retryAfterMs']).toBeLessThanOrEqual(30_000)
  for (let count = 0; count < 3; count++) await succeed(send(owner))
  world.clock.aheadMs += 30_001
  await succeed(send(member))
  expect((await send(member)).codes).toEqual(['SLOW_MODE'])
  await change('updateGroup', { slowModeSeconds: 0 })
  await succeed(send(member))
})

test('a banned member’s next send is refused like a stranger’s', async () => {
  await succeed(send(member))
  await change('banGroupMember', { userId: member.userId })
  expect((await send(member)).codes).toEqual(['NOT_FOUND'])
})
