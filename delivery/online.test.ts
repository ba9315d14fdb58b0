import { openMemoryBus } from '../platform/bus/index.ts'
import type { Bus } from '../platform/bus/bus.ts'
import { nodeChannel, type ToNode } from '../inbox/protocol.ts'
import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import { eventually } from '../test/support/eventually.ts'
import { makeFeed } from './online.ts'

const at = (id: number) => ({ epoch: 1, xid: 5n, id: BigInt(id) })
const event = (id: number, text = 'hello'): LoggedEvent => ({
  position: at(id),
  shard: 3,
  kind: 'chat.MessageSent',
  key: 'k',
  at: new Date(0),
  payload: { text },
})

describe('What a shard sends to nodes', () => {
  const open = async (bus: Bus = openMemoryBus()) => {
    const heard: Record<string, ToNode[]> = { n1: [], n2: [] }
    for (const node of ['n1', 'n2'])
      await bus.listen(nodeChannel(node), (text) => void heard[node]!.push(JSON.parse(text) as ToNode))
    const feed = makeFeed(bus, 'me', 3, at(10))
    const send = async (id: number, ...nodes: string[]) => {
      const absent = await feed.send(event(id), new Map(nodes.map((node) => [node, ['bob']])))
      feed.decided(at(id))
      return absent
    }
    const beat = async (...nodes: string[]) => {
      const before = nodes.map((node) => heard[node]!.length)
      feed.heartbeat(nodes)
      await eventually(() => nodes.every((node, i) => heard[node]!.length > before[i]!))
      return nodes.map((node) => heard[node]!.at(-1))
    }
    return { heard, feed, send, beat }
  }

  test('each event names the one sent to the same node before, the first one where the shard stood', async () => {
    const { heard, send } = await open()
    await send(11, 'n1')
    await send(12, 'n2')
    await send(13, 'n1')
    const chain = (node: string) => heard[node]!.map((message) => (message.type === 'event' ? message.previous : ''))
    expect(chain('n1')).toEqual(['1:5:10', '1:5:11'])
    expect(chain('n2')).toEqual(['1:5:11'])
    expect(heard['n1']![1]).toEqual({
      type: 'event',
      consumer: 'me',
      shard: 3,
      position: '1:5:13',
      previous: '1:5:11',
      recipients: ['bob'],
      event: { kind: 'chat.MessageSent', key: 'k', at: '1970-01-01T00:00:00.000Z', payload: { text: 'hello' } },
    })
  })

  test('a heartbeat says how far the shard is decided, and what was sent last to the very node', async () => {
    const { send, beat, feed } = await open()
    await send(11, 'n1')
    await send(12, 'n2')
    feed.decided(at(20))
    expect(await beat('n1', 'n2')).toEqual([
      { type: 'heartbeat', consumer: 'me', shard: 3, position: '1:5:20', last: '1:5:11' },
      { type: 'heartbeat', consumer: 'me', shard: 3, position: '1:5:20', last: '1:5:12' },
    ])
  })

  test('nodes that cannot have got an event are told of, and see the hole afterwards', async () => {
    const { send, beat } = await open()
    expect(await send(11, 'n1', 'gone')).toEqual(['gone'])
    const memory = openMemoryBus()
    let away = true
    const flaky: Bus = {
      ...memory,
      publish: (c, t) => (away ? Promise.reject(new Error('away')) : memory.publish(c, t)),
    }
    const second = await open(flaky)
    expect(await second.send(11, 'n1')).toEqual(['n1'])
    away = false
    expect(await second.beat('n1')).toMatchObject([{ last: '1:5:11' }])
    expect(await beat('n1')).toMatchObject([{ last: '1:5:11' }])
  })

  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`)

  test('an event with more recipients than the bus takes at once is sent in parts, the event in the last one', async () => {
    const { heard, feed, send } = await open()
    const recipients = many(100_000)
    expect(await feed.send(event(11), new Map([['n1', recipients]]))).toEqual([])
    await send(12, 'n1')
    const parts = heard['n1']!.flatMap((message) => (message.type === 'part' ? [message] : []))
    expect(parts.map(({ part, parts }) => `${part} of ${parts}`)).toEqual(['1 of 4', '2 of 4', '3 of 4', '4 of 4'])
    expect(parts.flatMap((part) => part.recipients)).toEqual(recipients)
    expect(parts.map((part) => part.event !== undefined)).toEqual([false, false, false, true])
    for (const part of parts) expect(part).toMatchObject({ position: '1:5:11', previous: '1:5:10' })
    expect(heard['n1']!.at(-1)).toMatchObject({ type: 'event', previous: '1:5:11' })
  })

  test('a node that did not get every part cannot have got the event', async () => {
    const memory = openMemoryBus()
    const { heard, feed, beat } = await open({
      ...memory,
      publish: (channel, text) =>
        text.includes('"part":2') ? Promise.reject(new Error('away')) : memory.publish(channel, text),
    })
    expect(await feed.send(event(11), new Map([['n1', many(60_000)]]))).toEqual(['n1'])
    expect(heard['n1']).toHaveLength(2)
    expect(await beat('n1')).toMatchObject([{ last: '1:5:11' }])
  })

  test('an event that is too large in parts too is not sent, and shows as a hole', async () => {
    const { heard, feed, beat } = await open()
    const large = event(11, 'x'.repeat(2 ** 20))
    expect(await feed.send(large, new Map([['n1', ['bob']]]))).toEqual(['n1'])
    expect(await feed.send(event(12), new Map([['n1', many(500_000)]]))).toEqual(['n1'])
    expect(heard['n1']).toEqual([])
    expect(await beat('n1')).toMatchObject([{ last: '1:5:12' }])
  })

  test('an event that was sent to nobody shows as a hole at every node', async () => {
    const { feed, send, beat, heard } = await open()
    await send(11, 'n1')
    feed.readFromLog(at(12))
    feed.decided(at(12))
    expect(await beat('n1', 'n2')).toMatchObject([{ last: '1:5:12' }, { last: '1:5:12' }])
    await send(13, 'n1')
    expect(heard['n1']!.at(-1)).toMatchObject({ previous: '1:5:12' })
  })

  test('a node that left and came back must have everything up to then', async () => {
    const { send, beat } = await open()
    await send(11, 'n1', 'n2')
    await send(12, 'n1')
    await beat('n1')
    await send(13, 'n1')
    // Nobody knows any more what n2 was sent last: it was 11, and what it may have lost shows as well.
    expect(await beat('n2')).toMatchObject([{ last: '1:5:13' }])
  })
})
