import { v7 } from 'uuid'
import type { LoggedEvent } from '../../../platform/eventlog/eventlog.ts'
import { comparePositions } from '../../../platform/eventlog/position.ts'
import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { allMessages } from '../../../test/support/feeder.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { succeed } from '../../../test/support/subgraph.ts'
import { encodePageCursor } from '../../page.ts'
import { finishWrites } from '../index.ts'
import type { MessageStore } from './store/messages.ts'

/** What the store between the room and PostgreSQL does, set by each test. */
let store: { away: boolean; hangs: boolean; refusesInserts: boolean }
let world: ChatWorld
const heard: string[] = []
beforeAll(async () => {
  store = { away: false, hangs: false, refusesInserts: false }
  const through = (inner: MessageStore): MessageStore => {
    const check = () => {
      if (store.away) throw new Error('The store is away.')
    }
    return {
      ...inner,
      // As a store that is a service of its own.
      sharesTransaction: false,
      insert: async (messages) => {
        check()
        if (store.refusesInserts) throw new Error('The store takes nothing.')
        if (store.hangs) await new Promise(() => {})
        await inner.insert(messages)
      },
      find: async (ids) => (check(), inner.find(ids)),
      range: async (id, range) => (check(), inner.range(id, range)),
    }
  }
  world = await openChatWorld({ store: through })
  await world.bus.listen('events.appended', (text) => heard.push(text))
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => Object.assign(store, { away: false, hangs: false, refusesInserts: false }))

const MESSAGES = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  conversation(id: $id) {
    lastSequence
    lastMessage { sequence text }
    messages(first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { id sequence text clientMessageId sentAt sender { id } conversation { id kind } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}`
type Args = { first?: number | null; after?: string | null; last?: number | null; before?: string | null }
const ask = (as: UserIdentity, id: string, args: Args = {}) => world.ask(as, MESSAGES, { id, ...args })
const page = async (as: UserIdentity, id: string, args: Args = {}) =>
  (await succeed(ask(as, id, args))).conversation.messages
const sequences = (messages: { edges: { node: { sequence: number } }[] }) =>
  messages.edges.map(({ node }) => node.sequence)
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

const pair = async (): Promise<[UserIdentity, UserIdentity, string]> => {
  const [alice, bob] = [await world.person(), await world.person()]
  return [alice, bob, await world.direct(alice, bob)]
}

/** In the order of the log; also what its readers do not see yet, since older transactions run on the server. */
async function logged(conversationId: string): Promise<LoggedEvent[]> {
  return (await allMessages(world.database)).filter(({ key }) => key === conversationId)
}

describe('sending', () => {
  test('twenty at once in one conversation get dense numbers, in the order of the log', async () => {
    const [alice, bob, id] = await pair()
    const sent = await Promise.all(upTo(20).map((n) => world.send(n % 2 ? alice : bob, id, `message ${n}`)))
    expect(sent.map((message) => message.sequence).sort((a, b) => a - b)).toEqual(upTo(20))
    const events = await eventually(async () => {
      const found = await logged(id)
      expect(found).toHaveLength(20)
      return found
    })
    expect(events.map((event) => (event.payload as { sequence: number }).sequence)).toEqual(upTo(20))
    const shown = await page(alice, id, { first: 100 })
    expect(sequences(shown)).toEqual(upTo(20))
    expect(new Set(shown.edges.map(({ node }: { node: { text: string } }) => node.text)).size).toBe(20)
  })

  test('many conversations at once do not disturb each other', async () => {
    const pairs = await Promise.all(upTo(5).map(() => pair()))
    await Promise.all(pairs.flatMap(([alice, bob, id]) => upTo(6).map((n) => world.send(n % 2 ? alice : bob, id))))
    for (const [alice, , id] of pairs) expect(sequences(await page(alice, id, { first: 100 }))).toEqual(upTo(6))
  })

  test('again with the same name answers as the first time did, also at once and later', async () => {
    const [alice, bob, id] = await pair()
    const name = v7()
    const answers = await Promise.all(upTo(10).map(() => world.send(alice, id, 'once', name)))
    await world.send(bob, id, 'in between')
    answers.push(await world.send(alice, id, 'once', name))
    const first = { id: answers[0]!.id, sequence: 1, sentAt: answers[0]!.sentAt, text: 'once', clientMessageId: name }
    for (const answer of answers) expect(answer).toMatchObject(first)
    expect(sequences(await page(alice, id))).toEqual([1, 2])
    expect(await logged(id)).toHaveLength(2)
  })

  test('another content under a used name is a conflict, in another conversation too', async () => {
    const [alice, bob, id] = await pair()
    const other = await world.direct(alice, await world.person())
    await world.send(alice, id, 'once', 'name')
    expect((await world.trySend(alice, id, 'twice', 'name')).codes).toEqual(['CONFLICT'])
    expect((await world.trySend(alice, other, 'once', 'name')).codes).toEqual(['CONFLICT'])
    expect((await world.trySend(bob, id, 'twice', 'name')).codes).toEqual([]) // everybody has names of one's own
    expect(sequences(await page(alice, id))).toEqual([1, 2])
    expect(sequences(await page(alice, other))).toEqual([])
  })

  test('one name in two conversations at the same moment is one message and a conflict', async () => {
    const alice = await world.person()
    const conversations = await Promise.all(upTo(6).map(async () => world.direct(alice, await world.person())))
    const answers = await Promise.all(conversations.map((id) => world.trySend(alice, id, 'once', 'raced')))
    expect(answers.filter(({ codes }) => codes.length === 0)).toHaveLength(1)
    expect(answers.filter(({ codes }) => codes[0] === 'CONFLICT')).toHaveLength(5)
    const counts = await Promise.all(conversations.map(async (id) => sequences(await page(alice, id)).length))
    expect(counts.reduce((a, b) => a + b)).toBe(1)
  })

  test('a text is 1 to 10,000 characters that show something', async () => {
    const [alice, , id] = await pair()
    const good = ['a', '😀'.repeat(10_000), 'a\n\tb', '  a  ', 'שלום', '👩‍👩‍👧‍👦', '{"$gt": ""}', "'; drop table x; --"]
    for (const text of good) expect((await world.send(alice, id, text)).text).toBe(text)
    const bad = [
      '',
      ' \n\t ',
      '\u00a0\u2003',
      '\u200b\u200d\ufeff',
      '😀'.repeat(10_001),
      'x'.repeat(20_001),
      'a\u0000b',
    ]
    for (const text of [...bad, 'a\r\nb', 'a\u001bb', 'a\u0085b', 'a\ud800b', '\udc00']) {
      expect((await world.trySend(alice, id, text)).codes).toEqual(['BAD_USER_INPUT'])
    }
    expect(sequences(await page(alice, id))).toEqual(upTo(good.length))
    expect((await page(alice, id)).edges.map(({ node }: { node: { text: string } }) => node.text)).toEqual(good)
  })

  test("a message's name is 1 to 100 characters of one line", async () => {
    const [alice, , id] = await pair()
    for (const name of ['a', 'x'.repeat(100), '1'])
      expect((await world.send(alice, id, 'x', name)).clientMessageId).toBe(name)
    for (const name of ['', ' ', 'x'.repeat(101), 'a\nb', 'a\u0000', '\ud800']) {
      expect((await world.trySend(alice, id, 'x', name)).codes).toEqual(['BAD_USER_INPUT'])
    }
  })

  test('only the sender sees what the sender calls a message', async () => {
    const [alice, bob, id] = await pair()
    await world.send(alice, id, 'x', 'private')
    const named = async (as: UserIdentity) => (await page(as, id)).edges[0].node.clientMessageId
    expect(await named(alice)).toBe('private')
    expect(await named(bob)).toBeNull()
  })

  test('tells the relay after the commit', async () => {
    const [alice, , id] = await pair()
    heard.length = 0
    await world.send(alice, id)
    await eventually(() => expect(heard).toHaveLength(1))
  })

  test('a member removed meanwhile sends nothing more, whichever came first', async () => {
    const [alice, bob] = [await world.person(), await world.person()]
    const id = await world.group(alice, bob)
    const [answers] = await Promise.all([
      Promise.all(upTo(8).map(() => world.trySend(bob, id))),
      world.remove(alice, id, bob),
    ])
    const sent = answers.filter(({ codes }) => codes.length === 0).length
    expect(answers.filter(({ codes }) => codes[0] === 'NOT_FOUND')).toHaveLength(8 - sent)
    // And the server's two: that the group was created, and that Bob was removed.
    expect(sequences(await page(alice, id))).toEqual(upTo(sent + 2))
    const { rows } = await world.database.query<{ late: number }>(
      `select count(*)::integer as late from chat.receipts r join groups.membership m on m.group_id = r.conversation_id
       where r.conversation_id = $1::uuid and r.sender_id = $2::uuid and m.user_id = r.sender_id
         and r.type is null and (r.epoch, r.xid, r.event_id) > (m.until_epoch, m.until_xid, m.until_id)`,
      [id, bob.userId],
    )
    expect(rows[0]?.late).toBe(0)
  })
})

test('who is removed while the store takes a message did send it, and is answered so', async () => {
  const [alice, bob] = [await world.person(), await world.person()]
  const id = await world.group(alice, bob)
  store.hangs = true
  heard.length = 0
  const answer = world.send(bob, id, 'last words')
  await eventually(() => expect(heard).toContain(id))
  await world.remove(alice, id, bob)
  expect(await answer).toMatchObject({ sequence: 2, conversation: { id, lastSequence: 2 } })
  expect((await world.trySend(bob, id)).codes).toEqual(['NOT_FOUND'])
})

describe('while the message store is away', () => {
  test('sending answers, everybody reads it, and the write is finished later', async () => {
    const [alice, bob, id] = await pair()
    await world.send(alice, id, 'before')
    store.away = true
    const sent = await world.send(alice, id, 'during', 'name')
    expect(sent).toMatchObject({ sequence: 2, text: 'during' })
    expect(await world.send(alice, id, 'during', 'name')).toMatchObject({ id: sent.id, sequence: 2 })
    for (const as of [alice, bob]) expect(sequences(await page(as, id))).toEqual([1, 2])
    store.away = false
    expect(await world.store.find([sent.id])).toEqual([null])
    await finishWrites(world.store, await logged(id))
    await finishWrites(world.store, await logged(id))
    expect(await world.store.find([sent.id])).toMatchObject([{ text: 'during', sequence: 2, version: 1 }])
    expect(sequences(await page(bob, id))).toEqual([1, 2])
  })

  test('finishing writes rejects, so that the relay waits', async () => {
    const [alice, , id] = await pair()
    await world.send(alice, id)
    store.away = true
    await expect(finishWrites(world.store, await logged(id))).rejects.toThrow('away')
    store.away = false
    await expect(finishWrites(world.store, await logged(id))).resolves.toBeUndefined()
    await expect(finishWrites(world.store, [])).resolves.toBeUndefined()
  })

  test('a store that hangs holds up no answer', async () => {
    const [alice, , id] = await pair()
    store.hangs = true
    expect(await world.send(alice, id, 'hung')).toMatchObject({ sequence: 1 })
    store.hangs = false
    expect(sequences(await page(alice, id))).toEqual([1])
  })

  test('a message that the log no longer has is unavailable, not missing', async () => {
    const [alice, , id] = await pair()
    await world.send(alice, id)
    await world.database.query('delete from events.log where key = $1::text', [id])
    expect(sequences(await page(alice, id))).toEqual([1])
    store.away = true
    expect((await ask(alice, id)).codes).toContain('UNAVAILABLE')
  })
})

describe('a page of messages', () => {
  let alice: UserIdentity
  let id: string
  beforeAll(async () => {
    store.away = false
    ;[alice, , id] = await pair()
    for (const n of upTo(30)) {
      // Holes of one and of many, at the start, in the middle and at the end.
      store.refusesInserts = n === 1 || n === 7 || (n > 10 && n < 18) || n === 30
      await world.send(alice, id, `message ${n}`)
    }
    store.refusesInserts = false
  })

  test('fills the holes of the store from the log', async () => {
    expect((await world.store.range(id, { after: 0, before: 100, limit: 100, from: 'start' })).length).toBe(20)
    const all = await page(alice, id, { first: 100 })
    expect(sequences(all)).toEqual(upTo(30))
    expect(all.edges[11].node).toMatchObject({ text: 'message 12', sender: { id: alice.userId }, conversation: { id } })
    expect((await succeed(ask(alice, id))).conversation.lastMessage).toEqual({ sequence: 30, text: 'message 30' })
  })

  test('is the last 20 where nothing is said', async () => {
    const { pageInfo, ...last } = await page(alice, id)
    expect(sequences(last)).toEqual(upTo(30).slice(10))
    expect(pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false })
  })

  test.each([1, 7, 10, 29, 30, 100])('walks forwards and backwards by %i', async (size) => {
    const forwards: number[] = []
    for (let after: string | null = null; ;) {
      const { pageInfo, ...found } = await page(alice, id, { first: size, after })
      forwards.push(...sequences(found))
      expect(pageInfo.hasPreviousPage).toBe(after !== null)
      after = pageInfo.endCursor
      if (!pageInfo.hasNextPage) break
    }
    expect(forwards).toEqual(upTo(30))
    const backwards: number[] = []
    for (let before: string | null = null; ;) {
      const { pageInfo, ...found } = await page(alice, id, { last: size, before })
      backwards.unshift(...sequences(found))
      expect(pageInfo.hasNextPage).toBe(before !== null)
      before = pageInfo.startCursor
      if (!pageInfo.hasPreviousPage) break
    }
    expect(backwards).toEqual(upTo(30))
  })

  test('between two cursors, and beyond the ends', async () => {
    const cursor = (n: number) => encodePageCursor(String(n))
    expect(sequences(await page(alice, id, { first: 3, after: cursor(5), before: cursor(20) }))).toEqual([6, 7, 8])
    expect(sequences(await page(alice, id, { last: 3, after: cursor(5), before: cursor(20) }))).toEqual([17, 18, 19])
    expect(sequences(await page(alice, id, { after: cursor(28) }))).toEqual([29, 30])
    expect(sequences(await page(alice, id, { after: cursor(5), before: cursor(8) }))).toEqual([6, 7])
    const beyond = await page(alice, id, { first: 5, after: cursor(30) })
    expect(beyond).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    })
    expect(sequences(await page(alice, id, { last: 5, before: cursor(1) }))).toEqual([])
    expect(sequences(await page(alice, id, { first: 5, after: cursor(2_000_000_000) }))).toEqual([])
  })

  test('of no size, of too large a one, or from what is no cursor is refused', async () => {
    const sizes: Args[] = [
      { first: 0 },
      { first: -1 },
      { first: 101 },
      { last: 0 },
      { last: 101 },
      { first: 1, last: 1 },
    ]
    for (const args of sizes) expect((await ask(alice, id, args)).codes).toEqual(['BAD_USER_INPUT'])
    for (const cursor of [
      '',
      'x',
      encodePageCursor('-1'),
      encodePageCursor('1.5'),
      encodePageCursor('01'),
      encodePageCursor('9'.repeat(11)),
    ]) {
      expect((await ask(alice, id, { after: cursor })).codes).toEqual(['CURSOR_MALFORMED'])
      expect((await ask(alice, id, { before: cursor })).codes).toEqual(['CURSOR_MALFORMED'])
    }
    expect((await ask(alice, id, { first: 100, after: encodePageCursor('0') })).codes).toEqual([])
  })
})

test('the log holds one event per acknowledged message, in rising positions', async () => {
  const [alice, , id] = await pair()
  for (const n of upTo(5)) await world.send(alice, id, `${n}`)
  const events = await logged(id)
  expect(events).toHaveLength(5)
  for (const [index, event] of events.entries()) {
    if (index > 0) expect(comparePositions(event.position, events[index - 1]!.position)).toBeGreaterThan(0)
    expect(event.payload).toMatchObject({ sequence: index + 1, conversationId: id, senderId: alice.userId })
  }
})
