import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import { makeKinds, type Addressed, type EventKind } from '../platform/eventlog/kinds.ts'
import { kinds } from '../test/support/kinds.ts'
import { memoryPorts, openWorld, type Person, type World } from '../test/support/delivery.ts'
import { eventually } from '../test/support/eventually.ts'
import { describeWith } from '../test/support/services.ts'
import { makeAudiences } from './audiences.ts'

const declare = (name: string, extra: Partial<EventKind>): EventKind => ({
  name,
  orderedBy: 'group',
  audience: { of: 'nobody' },
  parse: (payload) => payload,
  project: () => ({ __typename: 'Any' }),
  ...extra,
})
const findMembers = async (_: unknown, events: readonly Addressed[]) => events.map(() => [])
const keys = async () => []

describe('The audiences of a shard', () => {
  const registry = makeKinds([
    declare('said', { audience: { of: 'position', find: findMembers, keys }, keepsMembers: true }),
    declare('joined', { audience: { of: 'position', find: findMembers, keys } }),
    declare('reacted', { audience: { of: 'position', find: findMembers, keys, differs: true }, keepsMembers: true }),
    declare('renamed', { audience: { of: 'nobody' } }),
  ])
  let last = 0n
  const event = (kind: string, key: string, epoch = 1): LoggedEvent => ({
    kind,
    key,
    position: { epoch, xid: 1n, id: ++last },
    shard: 0,
    at: new Date(0),
    payload: {},
  })
  const open = (most?: number) => {
    let members = 2
    const asked: string[] = []
    const audiences = makeAudiences(
      registry,
      async (events) => {
        asked.push(...events.map(({ kind, key }) => `${kind} ${key}`))
        return events.map(({ key }) => Array.from({ length: members }, (_, at) => `${key}${at}`))
      },
      most,
    )
    return { shards: audiences, audiences: audiences.open(), asked, grow: () => members++ }
  }

  test('a key’s audience is looked up once, within a batch and between batches', async () => {
    const { audiences, asked } = open()
    const both = await audiences.find([event('said', 'a'), event('said', 'b'), event('said', 'a')])
    expect(both).toEqual([
      ['a0', 'a1'],
      ['b0', 'b1'],
      ['a0', 'a1'],
    ])
    expect(await audiences.find([event('said', 'a')])).toEqual([['a0', 'a1']])
    expect(asked).toEqual(['said a', 'said b'])
  })

  test.each(['joined', 'renamed', 'of a newer version'])(
    'after an event of another kind (%s) it is looked up again, before and within a batch',
    async (kind) => {
      const { audiences, asked, grow } = open()
      await audiences.find([event('said', 'a'), event('said', 'b')])
      await audiences.find([event(kind, 'a')])
      grow()
      expect(await audiences.find([event('said', 'a'), event('said', 'b')])).toEqual([
        ['a0', 'a1', 'a2'],
        ['b0', 'b1'],
      ])
      asked.length = 0
      await audiences.find([event('said', 'a'), event(kind, 'a'), event('said', 'a'), event('said', 'a')])
      expect(asked.filter((one) => one.startsWith('said'))).toEqual(['said a'])
      const within = await audiences.find([event(kind, 'a'), event('said', 'a'), event(kind, 'a')])
      expect(within[1]).toHaveLength(3)
      asked.length = 0
      await audiences.find([event('said', 'a')])
      expect(asked).toEqual(['said a'])
    },
  )

  test('an event whose audience is its own is looked up each time, and makes nothing forgotten', async () => {
    const { audiences, asked } = open()
    await audiences.find([event('said', 'a'), event('reacted', 'a'), event('reacted', 'a'), event('said', 'a')])
    await audiences.find([event('reacted', 'a'), event('said', 'a')])
    expect(asked).toEqual(['said a', 'reacted a', 'reacted a', 'reacted a'])
  })

  test('a consumer that begins, and an epoch that begins, remember nothing', async () => {
    const { shards, audiences, asked } = open()
    await audiences.find([event('said', 'a')])
    await audiences.find([event('said', 'a', 2)])
    await shards.open().find([event('said', 'a', 2)])
    expect(asked).toEqual(['said a', 'said a', 'said a'])
  })

  test('a lookup that fails is remembered by nobody', async () => {
    let fails = true
    const audiences = makeAudiences(registry, async (events) => {
      if (fails) throw new Error('down')
      return events.map(() => ['a'])
    }).open()
    const said = event('said', 'a')
    await expect(audiences.find([said])).rejects.toThrow('down')
    fails = false
    expect(await audiences.find([said])).toEqual([['a']])
  })

  test('no more users are remembered than the limit', async () => {
    const { audiences, asked } = open(7)
    for (const key of ['a', 'b', 'c', 'b', 'c', 'a']) await audiences.find([event('said', key)])
    expect(asked).toEqual(['said a', 'said b', 'said c', 'said a'])
  })
})

describeWith('postgres', 'Who joins or leaves a group between two messages', () => {
  let world: World
  afterEach(() => world[Symbol.asyncDispose]())

  /** Counts the lookups of each key's members for messages. */
  const counted = () => {
    const lookups: string[] = []
    const counting: typeof kinds = {
      ...kinds,
      recipients: (sql, events, among) => {
        lookups.push(...events.filter(({ kind }) => kind === 'chat.MessageSent').map(({ key }) => key))
        return kinds.recipients(sql, events, among)
      },
    }
    return { lookups, kinds: counting }
  }

  test('gets exactly the messages between, also across restarts and in other processes', async () => {
    const openPorts = memoryPorts()
    world = await openWorld({ openPorts })
    const [alice, bob, carol] = [await world.person('Alice'), await world.person('Bob'), await world.person('Carol')]
    const group = await world.group('Hiking', alice, bob)
    const got: Record<string, string[]> = {}
    const node = await world.startNode()
    const watch = async (name: string, person: Person) => (got[name] = await node.stream(person))
    await watch('bob', bob)
    await watch('carol', carol)
    const texts = (name: string) => got[name]!.filter((text) => /^\d+$/.test(text))
    const say = async (text: string) => {
      await world.send(group, alice, text)
      await eventually(() => expect(got['bob']!.concat(got['carol']!)).toContain(text))
    }

    const { lookups, kinds } = counted()
    let process = await world.startProcess({ kinds })
    await say('1')
    await say('2')
    expect(lookups).toHaveLength(1)
    await world.join(group, carol)
    await say('3')
    await say('4')
    expect(lookups).toHaveLength(2)
    await process[Symbol.asyncDispose]()
    await world.leave(group, bob)
    process = await world.startProcess({ kinds })
    await say('5')
    await world.join(group, bob)
    const other = await world.startProcess({ kinds }, { leaseTtlMs: 500 })
    await process[Symbol.asyncDispose]()
    await say('6')
    await world.leave(group, carol)
    await say('7')
    await say('8')
    await other[Symbol.asyncDispose]()
    expect(texts('bob')).toEqual(['1', '2', '3', '4', '6', '7', '8'])
    expect(texts('carol')).toEqual(['3', '4', '5', '6'])
  })

  test('and a backlog of messages and changes is looked up as of each change', async () => {
    world = await openWorld({ shards: 1 })
    const [alice, bob] = [await world.person('Alice'), await world.person('Bob')]
    const group = await world.group('Hiking', alice)
    const node = await world.startNode()
    const [heard, got] = [await node.stream(alice), await node.stream(bob)]
    for (const round of [0, 1, 2]) {
      await world.send(group, alice, `${round} before`)
      await world.join(group, bob)
      await world.send(group, alice, `${round} within`)
      await world.send(group, alice, `${round} within, again`)
      await world.leave(group, bob)
    }
    await world.send(group, alice, 'end')
    const { lookups, kinds } = counted()
    await world.startProcess({ kinds })
    await eventually(() => expect(heard).toContain('end'))
    expect(got.filter((text) => text.includes('before') || text === 'end')).toEqual([])
    expect(got.filter((text) => text.includes('within'))).toHaveLength(6)
    expect(lookups).toHaveLength(7)
  })
})
