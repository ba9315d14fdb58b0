import { openMemoryBus } from '../platform/bus/index.ts'
import { consumerChannel, type ToConsumer } from '../inbox/protocol.ts'
import { silentLog } from '../platform/log/log.ts'
import { eventually } from '../test/support/eventually.ts'
import { openAnswers, type Awaited } from './answers.ts'

/** Longer than any test runs. */
const NEVER_MS = 300_000
const SOON_MS = 30

describe('The answers of nodes', () => {
  const device = (deviceId: string, ...nodes: string[]): Awaited => ({
    target: { userId: `owner of ${deviceId}`, deviceId, token: null },
    nodes,
  })
  const open = async (answerMs: number, catchUpMs = NEVER_MS) => {
    const bus = openMemoryBus()
    const answers = openAnswers(bus, 'me', { answerMs, catchUpMs }, silentLog)
    // Listening begins in the background: nothing is said before it does.
    await eventually(async () => (await bus.publish(consumerChannel('me'), '{}')) > 0)
    const say = (answer: ToConsumer) => bus.publish(consumerChannel('me'), JSON.stringify(answer))
    const reached = (node: string, position: string, ...deviceIds: string[]) =>
      say({
        type: 'reached',
        node,
        shard: 0,
        position,
        devices: deviceIds.map((deviceId) => ({ userId: 'u', deviceId })),
      })
    const expectAll = (position: string, ...devices: Awaited[]) => {
      const counted: number[] = []
      const waiting = { asked: 0, allowed: true }
      const expectation = answers.expect(position, devices, {
        reached: (count) => void counted.push(count),
        catchUp() {
          waiting.asked++
          return waiting.allowed
        },
      })
      const given: string[] = []
      const collect = async () => {
        for await (const targets of expectation.unreached()) given.push(...targets.map(({ deviceId }) => deviceId))
        return given
      }
      return { ...expectation, unreached: collect(), given, counted, waiting }
    }
    return { bus, answers, say, reached, expectAll, [Symbol.asyncDispose]: () => answers[Symbol.asyncDispose]() }
  }

  test('when all are named, in parts and by several nodes, nobody is left, before the time is up', async () => {
    await using world = await open(NEVER_MS)
    const { unreached, counted } = world.expectAll('1:1:1', device('a', 'n1'), device('b', 'n1'), device('c', 'n2'))
    await world.reached('n1', '1:1:1', 'a')
    await world.reached('n2', '1:1:1', 'c')
    await world.reached('n1', '1:1:1', 'b', 'a')
    expect(await unreached).toEqual([])
    expect(counted).toEqual([1, 1, 1])
  })

  test('who is not named in time is left; an answer to another event does not count', async () => {
    await using world = await open(SOON_MS)
    const { unreached } = world.expectAll('1:1:1', device('a', 'n1'), device('b', 'n1'))
    await world.reached('n1', '1:1:1', 'a')
    await world.reached('n1', '1:1:2', 'b')
    expect(await unreached).toEqual(['b'])
  })

  test('answers that came while this process was stopped are read before anybody is left', async () => {
    await using world = await open(SOON_MS)
    const { unreached } = world.expectAll('1:1:1', device('a', 'n1'), device('b', 'n1'))
    // It is due after the deadline, and both are overdue when the process runs again.
    setTimeout(() => void world.reached('n1', '1:1:1', 'a'), 2 * SOON_MS)
    for (const end = performance.now() + 1_000; performance.now() < end;);
    expect(await unreached).toEqual(['b'])
  })

  test('a device on two nodes is reached by either', async () => {
    await using world = await open(NEVER_MS)
    const { unreached, without } = world.expectAll('1:1:1', device('a', 'n1', 'n2'))
    expect(without(['n1'])).toEqual([])
    await world.reached('n2', '1:1:1', 'a')
    expect(await unreached).toEqual([])
  })

  test('a node that is not there leaves its devices at once, and only the others are waited for', async () => {
    await using world = await open(NEVER_MS)
    const { unreached, without } = world.expectAll('1:1:1', device('a', 'gone'), device('b', 'gone', 'n1'))
    expect(without(['gone']).map(({ deviceId }) => deviceId)).toEqual(['a'])
    await world.reached('n1', '1:1:1', 'b')
    expect(await unreached).toEqual([])
  })

  test('nobody to wait for is over at once, and so is what was given up', async () => {
    await using world = await open(NEVER_MS)
    expect(await world.expectAll('1:1:1').unreached).toEqual([])
    const { unreached, cancel } = world.expectAll('1:1:2', device('a', 'n1'))
    cancel()
    expect(await unreached).toEqual([])
    expect(world.answers.doubts.node('n1')).toBe(false)
  })

  test('a node that said nothing in time is doubted until it answers anything', async () => {
    await using world = await open(SOON_MS)
    const { doubts } = world.answers
    await world.expectAll('1:1:1', device('a', 'n1')).unreached
    expect([doubts.node('n1'), doubts.device('a')]).toEqual([true, false])
    await world.say({ type: 'alive', node: 'n2' })
    expect(doubts.node('n1')).toBe(true)
    await world.say({ type: 'alive', node: 'n1' })
    expect(doubts.node('n1')).toBe(false)
  })

  test('where the node answered and a device was not reached, the device is doubted until it is', async () => {
    await using world = await open(SOON_MS)
    const { doubts } = world.answers
    const { unreached } = world.expectAll('1:1:1', device('a', 'n1'), device('b', 'n1'))
    await world.reached('n1', '1:1:1', 'b')
    await unreached
    expect([doubts.node('n1'), doubts.device('a'), doubts.device('b')]).toEqual([false, true, false])
    await world.say({ type: 'alive', node: 'n1' })
    expect(doubts.device('a')).toBe(true)
    await world.reached('n1', '1:1:9', 'a') // late, or for an event that nobody waited for
    expect(doubts.device('a')).toBe(false)
  })

  test('who catches up is waited for beyond the deadline, for as long as it moves; the others are left at once', async () => {
    await using world = await open(200)
    const { unreached, given, waiting } = world.expectAll('1:1:1', device('a', 'n1'), device('b', 'n1'))
    const moves = () => world.say({ type: 'moving', node: 'n1', devices: [{ userId: 'u', deviceId: 'a' }] })
    const movesUntil = (given: readonly string[]) => eventually(async () => (await moves()) > 0 && given.length > 0)
    await movesUntil(given)
    expect(given).toEqual(['b'])
    expect(waiting.asked).toBe(1)
    // Two deadlines more, as others see them.
    for (const position of ['1:1:2', '1:1:3']) await movesUntil(world.expectAll(position, device('c', 'n1')).given)
    expect(world.answers.doubts.device('a')).toBe(false)
    await world.reached('n1', '1:1:1', 'a')
    expect(await unreached).toEqual(['b'])
  })

  test('who stops catching up is left, and so is who takes too long, or is one too many', async () => {
    await using world = await open(SOON_MS, 8 * SOON_MS)
    const say = (deviceId: string) => world.say({ type: 'moving', node: 'n1', devices: [{ userId: 'u', deviceId }] })
    const stops = world.expectAll('1:1:1', device('a', 'n1'))
    await say('a')
    expect(await stops.unreached).toEqual(['a'])
    expect(world.answers.doubts.device('a')).toBe(true)
    await say('a')
    expect(world.answers.doubts.device('a')).toBe(false)

    const slow = world.expectAll('1:1:2', device('b', 'n1'))
    await eventually(async () => {
      await say('b')
      return slow.given.length > 0
    })
    expect(await slow.unreached).toEqual(['b'])

    const tooMany = world.expectAll('1:1:3', device('c', 'n1'))
    tooMany.waiting.allowed = false
    await say('c')
    expect(await tooMany.unreached).toEqual(['c'])
  })

  test('a node that left is forgotten, its doubt too', async () => {
    await using world = await open(SOON_MS)
    await world.expectAll('1:1:1', device('a', 'n1')).unreached
    world.answers.present(['n1'])
    expect(world.answers.doubts.node('n1')).toBe(true)
    world.answers.present(['n2'])
    expect(world.answers.doubts.node('n1')).toBe(false)
  })

  test('an invalid answer changes nothing', async () => {
    await using world = await open(NEVER_MS)
    const { unreached } = world.expectAll('1:1:1', device('a', 'n1'))
    for (const text of ['', 'x', 'null', '[]', '{"type":"reached","node":1}', '{"type":"reached","node":"n1"}'])
      await world.bus.publish(consumerChannel('me'), text)
    await world.bus.publish(
      consumerChannel('me'),
      '{"type":"reached","node":"n1","position":"1:1:1","devices":[null,7,{}]}',
    )
    await world.reached('n1', '1:1:1', 'a')
    expect(await unreached).toEqual([])
  })
})
