import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import { formatPosition } from '../platform/eventlog/position.ts'
import { kinds } from '../test/support/kinds.ts'
import { openWorld, type Sent, type World } from '../test/support/delivery.ts'
import { eventually } from '../test/support/eventually.ts'
import { openPeople, type People } from '../test/support/people.ts'
import { describeWith } from '../test/support/services.ts'
import { admin, anonymous, succeed } from '../test/support/subgraph.ts'
import { eraseOnce } from './erase.ts'
import { parkEvent } from './parked.ts'

const LIST = `query ($filter: ParkedEventFilter, $first: Int, $after: String) {
  parkedEvents(filter: $filter, first: $first, after: $after) {
    edges { node { id kind key reason at parkedAt } } pageInfo { hasNextPage endCursor }
  }
}`
const act = (name: 'replay' | 'drop') =>
  `mutation ($ids: [ID!]!) { ${name}ParkedEvents(input: { ids: $ids }) { results { id outcome } } }`

describeWith('postgres', 'Parked events', () => {
  let world: World
  let people: People
  beforeEach(async () => {
    world = await openWorld({ shards: 1 })
    people = openPeople(world.database)
  })
  afterEach(async () => {
    await people[Symbol.asyncDispose]()
    await world[Symbol.asyncDispose]()
  })

  const list = async (variables: Record<string, unknown> = {}) =>
    (await succeed(people.ask(admin, LIST, variables))).parkedEvents
  const idsOf = async (variables: Record<string, unknown> = {}): Promise<string[]> =>
    (await list(variables)).edges.map(({ node }: { node: { id: string } }) => node.id)
  const outcomes = async (name: 'replay' | 'drop', ids: readonly string[]): Promise<string[]> =>
    (await succeed(people.ask(admin, act(name), { ids })))[`${name}ParkedEvents`].results.map(
      ({ outcome }: { outcome: string }) => outcome,
    )
  const park = async ({ position, shard, conversationId, text }: Sent, reason = 'It failed.') => {
    const event = { position, shard, kind: 'chat.MessageSent', key: conversationId, at: new Date(), payload: { text } }
    await parkEvent(world.database, event, reason)
    return formatPosition(position)
  }

  test('an event that failed is listed without its text, and reaches its recipient once when it is replayed after the cause is gone', async () => {
    const [alice, bob] = [await world.person('Alice'), await world.person('Bob')]
    const chat = await world.conversation(alice, bob)
    let isBroken = true
    const failing = (event: LoggedEvent) => isBroken && (event.payload as { text: string }).text === 'secret'
    await world.startProcess({
      kinds: {
        ...kinds,
        steadyAudience: () => null,
        async recipients(sql, events, among) {
          if (events.some(failing)) throw new TypeError('this one is rotten')
          return kinds.recipients(sql, events, among)
        },
      },
    })
    const sent: Sent[] = []
    for (const text of ['one', 'secret', 'three']) sent.push(await world.send(chat, alice, text))
    const bodies = () => world.pushesTo(bob).map(({ body }) => body)
    await eventually(() => expect(bodies()).toEqual(['one', 'three']))
    await eventually(async () => expect(await idsOf()).toEqual([formatPosition(sent[1]!.position)]))
    const page = await list()
    expect(page.edges).toMatchObject([
      { node: { kind: 'chat.MessageSent', key: chat, reason: 'TypeError: this one is rotten' } },
    ])
    expect(JSON.stringify(page)).not.toContain('secret')

    isBroken = false
    const [id] = await idsOf()
    expect(await outcomes('replay', [id!, id!])).toEqual(['REPLAYED', 'NOT_PARKED'])
    await world.hint()
    // After the later events of its conversation.
    await eventually(() => expect(bodies()).toEqual(['one', 'three', 'secret']))
    expect(await outcomes('replay', [id!])).toEqual(['NOT_PARKED'])
    await world.send(chat, alice, 'last')
    await eventually(() => expect(bodies()).toEqual(['one', 'three', 'secret', 'last']))
    expect(await idsOf()).toEqual([])

    const log =
      '{ securityEvents(filter: { kinds: [EVENT_REPLAYED] }) { edges { node { actorId details { value } } } } }'
    expect((await succeed(people.ask(admin, log))).securityEvents.edges).toEqual([
      { node: { actorId: 'root', details: [{ value: `chat.MessageSent at ${id}` }] } },
    ])
  })

  test('users, strangers and admins without the role neither see nor change them', async () => {
    const [alice, bob] = [await world.person('Alice'), await world.person('Bob')]
    const id = await park(await world.send(await world.conversation(alice, bob), alice, 'hello'))
    const ada = await people.signIn('ada@example.org')
    const reader = { ...admin, roles: ['reader'] } as typeof admin
    for (const [viewer, code] of [
      [ada, 'UNAUTHENTICATED'],
      [anonymous, 'UNAUTHENTICATED'],
      [reader, 'FORBIDDEN'],
    ] as const) {
      expect((await people.ask(viewer, LIST)).codes).toEqual([code])
      for (const name of ['replay', 'drop'] as const)
        expect((await people.ask(viewer, act(name), { ids: [id] })).codes).toEqual([code])
    }
    expect(await outcomes('drop', [id])).toEqual(['DROPPED'])
  })

  test('pages hold each event once, the newest first; kind and reason narrow them', async () => {
    const [alice, bob] = [await world.person('Alice'), await world.person('Bob')]
    const chat = await world.conversation(alice, bob)
    const ids: string[] = []
    for (const reason of ['Rotten.', 'Broken.', 'rotten too.'])
      ids.unshift(await park(await world.send(chat, alice, 'hello'), reason))
    expect(await idsOf()).toEqual(ids)
    const first = await list({ first: 2 })
    expect(first.pageInfo.hasNextPage).toBe(true)
    expect(await idsOf({ first: 2, after: first.pageInfo.endCursor })).toEqual([ids[2]])
    expect(await idsOf({ filter: { reason: 'rotten' } })).toEqual([ids[0], ids[2]])
    expect(await idsOf({ filter: { kind: 'chat.MessageSent' } })).toEqual(ids)
    expect(await idsOf({ filter: { kind: 'chat.MessageEdited' } })).toEqual([])
    for (const bad of [{ filter: { kind: '' } }, { filter: { reason: 'x'.repeat(201) } }, { first: 101 }])
      expect((await people.ask(admin, LIST, bad)).codes).toEqual(['BAD_USER_INPUT'])
    for (const forged of ['nothing', `1:1:${2n ** 63n}`, `1:${2n ** 64n}:1`, '01:1:1', '1:1:01'])
      expect((await people.ask(admin, LIST, { after: Buffer.from(forged).toString('base64url') })).codes).toEqual([
        'CURSOR_MALFORMED',
      ])
    for (const none of [[], Array.from({ length: 101 }, () => ids[0])])
      expect((await people.ask(admin, act('replay'), { ids: none })).codes).toEqual(['BAD_USER_INPUT'])
  })

  test('one that would fail again, has left the log or would show what was before the time of a new member stays parked, and says why', async () => {
    const [alice, bob, eve] = [await world.person('Alice'), await world.person('Bob'), await world.person('Eve')]
    const [chat, group] = [await world.conversation(alice, bob), await world.group('Team', alice, bob)]
    const expired = await park(await world.send(chat, alice, 'gone'))
    await world.database.query('delete from events.log where epoch || $1 || xid || $1 || id = $2', [':', expired])
    const grown = await park(await world.send(group, alice, 'before Eve'))
    const rotten = await world.database.transaction((sql) =>
      world.eventLog.append(sql, { kind: 'chat.MessageSent', key: chat, payload: { text: 'no ids' } }),
    )
    const failing = await park({ ...rotten, conversationId: chat, text: 'no ids' })
    await world.join(group, eve)
    // An id has one spelling.
    const unknown = [
      '',
      'nonsense',
      '1:1:1',
      `1:${'9'.repeat(20)}:1`,
      `0${expired}`,
      expired.replace(/:(\d+)$/, ':0$1'),
    ]
    for (const _ of [1, 2])
      expect(await outcomes('replay', [expired, grown, failing, ...unknown])).toEqual([
        'EXPIRED',
        'AUDIENCE_GREW',
        'STILL_FAILS',
        ...unknown.map(() => 'NOT_PARKED'),
      ])
    expect((await idsOf()).sort()).toEqual([expired, grown, failing].sort())
    await world.leave(group, eve)
    expect(await outcomes('replay', [grown])).toEqual(['REPLAYED'])
    expect(await outcomes('drop', [expired, failing, expired, ...unknown])).toEqual([
      'DROPPED',
      'DROPPED',
      'NOT_PARKED',
      ...unknown.map(() => 'NOT_PARKED'),
    ])
  })

  test('what was deleted meanwhile is not brought back: the event says what the log says now', async () => {
    const [alice, bob] = [await world.person('Alice'), await world.person('Bob')]
    const chat = await world.conversation(alice, bob)
    const id = await park(await world.send(chat, alice, 'secret'))
    await world.database.query(
      `update events.log set payload = payload || '{"text": ""}' where kind = 'chat.MessageSent'`,
    )
    expect(await outcomes('replay', [id])).toEqual(['REPLAYED'])
    const { rows } = await world.database.query<{ text: string }>(`select payload->>'text' as text from events.log`)
    expect(rows).toEqual([{ text: '' }, { text: '' }])
  })

  test('old ones and those beyond the bound are deleted, the oldest first, and counted', async () => {
    const [alice, bob] = [await world.person('Alice'), await world.person('Bob')]
    const chat = await world.conversation(alice, bob)
    const ids: string[] = []
    for (let count = 0; count < 5; count++) ids.unshift(await park(await world.send(chat, alice, 'hello')))
    let trimmed = 0
    const turn = (most?: number) => eraseOnce(world.database, { trimmed: (count) => (trimmed += count) }, most)
    await turn()
    expect(await idsOf()).toEqual(ids)
    await turn(3)
    expect(await idsOf()).toEqual(ids.slice(0, 3))
    await world.database.query(
      `update delivery.parked set parked_at = now() - interval '31 days'
       where (epoch, xid, id) = (select min(epoch), min(xid), min(id) from delivery.parked)`,
    )
    await turn()
    expect(await idsOf()).toEqual(ids.slice(0, 2))
    expect(trimmed).toBe(3)
  })
})
