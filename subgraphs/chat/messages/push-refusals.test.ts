import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import { succeed } from '../../../test/support/subgraph.ts'
import { findOutdated } from './push-refusals.ts'

let world: ChatWorld
beforeAll(async () => {
  world = await openChatWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

test('a decided push that lacks an id, or has what is none, leaves the others that are asked about their answers', async () => {
  const [alice, bob] = [await world.person(), await world.person()]
  const conversationId = await world.direct(alice, bob)
  const { id, sequence } = await world.send(alice, conversationId)
  await succeed(
    world.ask(bob, 'mutation ($input: MarkReadInput!) { markRead(input: $input) { __typename } }', {
      input: { conversationId, upTo: sequence },
    }),
  )
  const { userId } = bob
  const asked = [
    { userId, conversationId: '', messageId: '' },
    { userId, conversationId, messageId: 'no id' },
    { userId, conversationId, messageId: id },
  ]
  expect(await findOutdated(world.database, asked)).toEqual([null, null, 'READ'])
})
