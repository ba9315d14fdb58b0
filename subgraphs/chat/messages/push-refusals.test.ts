import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import { makeMessageActs } from '../../../test/support/message-changes.ts'
import { succeed } from '../../../test/support/subgraph.ts'
import { findOutdated } from './push-refusals.ts'

let world: ChatWorld
let acts: ReturnType<typeof makeMessageActs>
beforeAll(async () => {
  world = await openChatWorld()
  acts = makeMessageActs(world)
})
afterAll(() => world[Symbol.asyncDispose]())

const rulesOf = (conversationId: string, messageId: string, ...users: { readonly userId: string }[]) =>
  findOutdated(
    world.database,
    users.map(({ userId }) => ({ userId, conversationId, messageId })),
  )

test('a push that waits does not come to who left the group meanwhile, or was removed', async () => {
  const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
  const id = await world.group(ada, bob, eve)
  const { id: messageId } = await acts.send(ada, id)
  expect(await rulesOf(id, messageId, bob, eve)).toEqual([null, null])
  await world.remove(ada, id, eve)
  expect(await rulesOf(id, messageId, bob, eve)).toEqual([null, 'LEFT'])
})

test('a push that waits does not come from whom the user has blocked meanwhile, and nobody else notices', async () => {
  const [ada, bob] = [await world.person(), await world.person()]
  const [id, group] = [await world.direct(ada, bob), await world.group(ada, bob)]
  const [own, other] = [await acts.send(bob, id), await acts.send(ada, id)]
  const inGroup = await acts.send(ada, group)
  await succeed(
    world.people.ask(bob, 'mutation ($id: ID!) { blockUser(input: { userId: $id }) { __typename } }', {
      id: ada.userId,
    }),
  )
  expect(await rulesOf(id, other.id, bob)).toEqual(['BLOCKED'])
  expect(await rulesOf(id, own.id, ada)).toEqual([null])
  expect(await rulesOf(group, inGroup.id, bob)).toEqual([null])
})

test('a push that waits does not come for a message whose time is over', async () => {
  const [ada, bob] = [await world.person(), await world.person()]
  const id = await world.direct(ada, bob)
  const { id: messageId } = await acts.send(ada, id)
  await world.database.query(`update chat.receipts set expires_at = now() where message_id = $1`, [messageId])
  expect(await rulesOf(id, messageId, bob)).toEqual(['DELETED'])
})
