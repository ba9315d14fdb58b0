import { comparePositions } from '../platform/eventlog/position.ts'
import { openWorld } from '../test/support/delivery.ts'
import { eventually } from '../test/support/eventually.ts'
import { describeWith } from '../test/support/services.ts'

/** At which call to a service a process dies. Even: the service still did it, and only the answer was lost. */
const CRASH_POINTS = [2, 5, 8, 11, 14, 17, 22, 27, 32, 45, 60, 81]

describeWith('postgres', 'Whichever process dies, and wherever', () => {
  test('everybody gets everything, live in order without a duplicate, or by push', async () => {
    await using world = await openWorld({ shards: 2 })
    const [alice, bob, carol] = [await world.person('Alice'), await world.person('Bob'), await world.person('Carol')]
    const groups = [await world.group('One', alice, bob, carol), await world.group('Two', alice, bob, carol)]
    const node = await world.startNode()
    const got = await node.stream(bob)
    const sent: string[] = []
    let last
    for (const afterCalls of CRASH_POINTS) {
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
    await using world = await openWorld({ shards: 1 })
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
})
