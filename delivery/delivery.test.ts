import { comparePositions } from '../platform/eventlog/position.ts'
import { eventually } from '../test/support/eventually.ts'
import { describeWith } from '../test/support/services.ts'
import { openWorld, type World } from '../test/support/delivery.ts'

describeWith('postgres', 'Delivery', () => {
  let world: World
  afterEach(() => world[Symbol.asyncDispose]())

  const pair = async () => {
    const [alice, bob] = [await world.person('Alice'), await world.person('Bob')]
    return { alice, bob, chat: await world.conversation(alice, bob) }
  }

  test('a message reaches the stream of whoever is online, and nobody gets a push', async () => {
    world = await openWorld()
    const { alice, bob, chat } = await pair()
    await using node = await world.startNode()
    const got = await node.stream(bob)
    await world.startProcess()
    const sent = await world.send(chat, alice, 'hello')
    await eventually(() => expect(got).toEqual(['hello']))
    await eventually(async () => comparePositions(await world.savedPosition(`shard-${sent.shard}`), sent.position) >= 0)
    // Alice has no stream, and gets no push for her own message.
    expect(world.pushes).toEqual([])
  })
})
