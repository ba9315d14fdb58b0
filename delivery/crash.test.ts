import { comparePositions } from '../platform/eventlog/position.ts'
import { memoryPorts, openWorld, realPorts, type OpenPorts } from '../test/support/delivery.ts'
import { eventually } from '../test/support/eventually.ts'
import { describeWith } from '../test/support/services.ts'

/** At which call to a service a process dies. Even: the service still did it, and only the answer was lost. */
const CRASH_POINTS = [2, 5, 8, 11, 14, 17, 22, 27, 32, 45, 60, 81]

function deathTests(openPorts: () => OpenPorts, crashPoints: readonly number[]) {
  test('everybody gets everything, live in order without a duplicate, or by push', async () => {
    await using world = await openWorld({ shards: 2, openPorts: openPorts() })
    const [alice, bob, carol] = [await world.person('Alice'), await world.person('Bob'), await world.person('Carol')]
    const groups = [await world.group('One', alice, bob, carol), await world.group('Two', alice, bob, carol)]
    const node = await world.startNode()
    const got = await node.stream(bob)
    const sent: string[] = []
    let last
    for (const afterCalls of crashPoints) {
      const process = await world.startMortal({}, { leaseTtlMs: 300, answerMs: 200, afterCalls })
      for (let i = 0; i < 5; i++)
        for (const [at, group] of groups.entries()) {
          sent.push(`${at}.${sent.length}`)
          last = await world.send(group, alice, sent.at(-1)!)
        }
      await process.dead
    }
    await world.startProcess({}, { leaseTtlMs: 300, answerMs: 200 })
    const { position, shard } = last!
    await eventually(async () => comparePositions(await world.savedPosition(`shard-${shard}`), position) >= 0)

    const bodies = (person: typeof bob) => new Set(world.pushesTo(person).map(({ body }) => body.split(' ').at(-1)))
    await eventually(() => expect(sent.filter((text) => !bodies(carol).has(text))).toEqual([]))
    // Bob's node fills its holes from the log: his stream misses nothing at all, in the order of each conversation.
    for (const at of [0, 1]) {
      const inOrder = (texts: readonly string[]) => texts.filter((text) => text.startsWith(`${at}.`))
      await eventually(() => expect(inOrder(got)).toEqual(inOrder(sent)))
    }
  }, 60_000)

  test('what was published to a node and not yet pushed when the process died is pushed by the next one', async () => {
    await using world = await openWorld({ shards: 1, openPorts: openPorts() })
    const [alice, bob] = [await world.person('Alice'), await world.person('Bob')]
    const chat = await world.conversation(alice, bob)
    const node = await world.startNode()
    await node.stream(bob)
    node.faults.mute = true
    const process = await world.startMortal({}, { leaseTtlMs: 300, answerMs: 300_000 })
    await world.send(chat, alice, 'hello')
    await eventually(() => expect(node.events()).toHaveLength(1))
    await process.die()
    expect(world.pushes).toEqual([])
    await world.startProcess({}, { leaseTtlMs: 300, answerMs: 200 })
    await eventually(() => expect(world.pushes).toMatchObject([{ userId: bob.userId, reason: 'unreached' }]))
  })
}

describeWith('postgres', 'Whichever process dies, and wherever, over services in memory', () => {
  deathTests(memoryPorts, CRASH_POINTS)
})

describeWith('postgres', 'Whichever process dies, and wherever,', () => {
  describeWith('redis', 'over Redis', () => {
    describeWith('rabbitmq', 'and RabbitMQ', () => {
      const used: ReturnType<typeof realPorts>[] = []
      afterEach(async () => {
        for (const ports of used.splice(0)) await ports.removeQueues(2)
      })
      const openPorts = () => {
        const ports = realPorts()
        used.push(ports)
        return ports
      }
      deathTests(openPorts, CRASH_POINTS.slice(3))

      test('the order of each conversation holds while processes come, go and die', async () => {
        await using world = await openWorld({ shards: 2, openPorts: openPorts() })
        const alice = await world.person('Alice')
        const others = await Promise.all(['b', 'c', 'd', 'e'].map((name) => world.person(name)))
        const chats = await Promise.all(others.map((other) => world.conversation(alice, other)))
        const node = await world.startNode()
        const streams = await Promise.all(others.map((other) => node.stream(other)))
        const texts = Array.from({ length: 60 }, (_, i) => String(i + 1))
        const dying = await world.startMortal({}, { leaseTtlMs: 600 })
        const leaving = await world.startProcess({}, { leaseTtlMs: 600 })
        for (const text of texts) {
          await Promise.all(chats.map((chat) => world.send(chat, alice, text)))
          if (text === '20') await dying.die()
          if (text === '30') await world.startProcess({}, { leaseTtlMs: 600 })
          if (text === '40') await leaving[Symbol.asyncDispose]()
        }
        await eventually(() => expect(streams).toEqual(chats.map(() => texts)))
      })
    })
  })
})
