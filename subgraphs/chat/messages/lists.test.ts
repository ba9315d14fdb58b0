import { v7 } from 'uuid'
import type { ChatWorld } from '../../../test/support/chat.ts'
import { messageStores, openWorldOn } from '../../../test/support/message-stores.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { describeWith } from '../../../test/support/services.ts'
import { succeed } from '../../../test/support/subgraph.ts'
import { findFiltered } from './filtered.ts'
import { findMentions, findReplies } from './lists.ts'

interface Page {
  edges: { cursor: string; node: { id: string; text: string; sequence: number } }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}
const NODE = '{ edges { cursor node { id text sequence sender { id } } } pageInfo { hasNextPage endCursor } }'

describe.each(messageStores)('Lists of messages, in %s:', (kind) => {
  describeWith(kind, 'what a viewer may see', () => {
    let world: ChatWorld
    const statements: string[] = []
    beforeAll(async () => {
      world = await openWorldOn(kind, {
        database: (inner) => ({
          ...inner,
          query: (text, ...rest) => {
            statements.push(/^\s*\/\* ([\w.]+) \*\//.exec(text)?.[1] ?? text)
            return inner.query(text, ...rest)
          },
        }),
      })
    })
    afterAll(() => world[Symbol.asyncDispose]())

    const send = async (as: UserIdentity, conversationId: string, text: string, more: object = {}): Promise<string> =>
      (
        await succeed(
          world.ask(as, 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }', {
            input: { conversationId, text, clientMessageId: v7(), ...more },
          }),
        )
      ).sendMessage.message.id
    const message = async (as: UserIdentity, id: string) =>
      (await succeed(world.ask(as, 'query ($id: ID!) { message(id: $id) { text } }', { id }))).message
    const repliesOf = async (as: UserIdentity, id: string, args: object = {}): Promise<Page> =>
      (
        await succeed(
          world.ask(
            as,
            `query ($id: ID!, $first: Int, $after: String) { message(id: $id) { replies(first: $first, after: $after) ${NODE} } }`,
            { id, ...args },
          ),
        )
      ).message.replies
    const mentionsOf = async (as: UserIdentity, args: Record<string, unknown> = {}): Promise<Page> =>
      (
        await succeed(
          world.ask(as, `query ($first: Int, $after: String) { mentions(first: $first, after: $after) ${NODE} }`, args),
        )
      ).mentions
    const texts = ({ edges }: Page) => edges.map(({ node }) => node.text)

    const filteredIn = async (as: UserIdentity, id: string, args: object): Promise<Page> =>
      (
        await succeed(
          world.ask(
            as,
            `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $from: Int, $filter: MessageFilter) {
              conversation(id: $id) {
                messages(first: $first, after: $after, last: $last, before: $before, from: $from, filter: $filter) {
                  edges { cursor node { id text sequence } } pageInfo { hasNextPage hasPreviousPage endCursor startCursor }
                }
              }
            }`,
            { id, ...args },
          ),
        )
      ).conversation.messages
    const place = { type: 'LOCATION', content: { latitude: 1, longitude: 2 } }
    const card = { type: 'CONTACT', content: { name: 'Ada', phones: ['1'] } }

    test('messages of one sender, or of some types, are listed in both directions, in pages', async () => {
      const [ada, bob] = [await world.person(), await world.person()]
      const id = await world.direct(ada, bob)
      for (let n = 1; n <= 12; n++)
        await send(n % 2 ? ada : bob, id, `${n}`, n % 3 === 0 ? place : n % 4 === 0 ? card : {})
      const of = { senderId: ada.userId }
      expect(texts(await filteredIn(bob, id, { filter: of }))).toEqual(['1', '3', '5', '7', '9', '11'])
      const types = ['LOCATION', 'CONTACT']
      expect(texts(await filteredIn(bob, id, { filter: { types } }))).toEqual(['3', '4', '6', '8', '9', '12'])
      expect(texts(await filteredIn(bob, id, { filter: { types: ['CONTACT', 'CONTACT'] } }))).toEqual(['4', '8'])
      expect(texts(await filteredIn(bob, id, { filter: { ...of, types } }))).toEqual(['3', '9'])
      expect(texts(await filteredIn(bob, id, { filter: { senderId: v7() } }))).toEqual([])
      expect(texts(await filteredIn(bob, id, { filter: { senderId: 'nobody' } }))).toEqual([])
      expect(texts(await filteredIn(bob, id, { filter: { types }, from: 5, first: 2 }))).toEqual(['6', '8'])

      const forwards = async (filter: object) => {
        const found: string[][] = []
        for (let after: string | null = null; ;) {
          const page: Page = await filteredIn(bob, id, { filter, first: 2, after })
          found.push(texts(page))
          expect(page.pageInfo).toMatchObject({ hasPreviousPage: after !== null })
          if (!page.pageInfo.hasNextPage) return found
          after = page.pageInfo.endCursor
        }
      }
      const backwards = async (filter: object) => {
        const found: string[][] = []
        for (let before: string | undefined; ;) {
          const page: Page = await filteredIn(bob, id, { filter, last: 2, before })
          found.unshift(texts(page))
          expect(page.pageInfo).toMatchObject({ hasNextPage: before !== undefined })
          const { hasPreviousPage, startCursor } = page.pageInfo as unknown as {
            hasPreviousPage: boolean
            startCursor: string
          }
          if (!hasPreviousPage) return found
          before = startCursor
        }
      }
      for (const walk of [forwards, backwards]) {
        expect(await walk(of)).toEqual([
          ['1', '3'],
          ['5', '7'],
          ['9', '11'],
        ])
        expect(await walk({ types })).toEqual([
          ['3', '4'],
          ['6', '8'],
          ['9', '12'],
        ])
      }
    })

    test('a filter finds nothing that the viewer may not see, and nothing that was deleted', async () => {
      const [owner, bob, later] = [await world.person(), await world.person(), await world.person()]
      const id = await world.group(owner, bob)
      const filter = { senderId: owner.userId, types: ['LOCATION'] }
      const first = await send(owner, id, 'first', place)
      await world.add(owner, id, later)
      await send(owner, id, 'second', place)
      expect(texts(await filteredIn(bob, id, { filter }))).toEqual(['first', 'second'])
      expect(await filteredIn(later, id, { filter, last: 1 })).toMatchObject({
        edges: [{ node: { text: 'second' } }],
        pageInfo: { hasPreviousPage: false, hasNextPage: false },
      })
      await succeed(
        world.ask(owner, 'mutation ($id: ID!) { deleteMessage(input: { messageId: $id }) { __typename } }', {
          id: first,
        }),
      )
      expect(texts(await filteredIn(bob, id, { filter }))).toEqual(['second'])
      await succeed(
        world.ask(bob, 'mutation ($id: ID!) { clearConversation(input: { conversationId: $id }) { __typename } }', {
          id,
        }),
      )
      expect(texts(await filteredIn(bob, id, { filter }))).toEqual([])
    })

    test('a filter of nothing is none, and one that no index serves is refused', async () => {
      const [ada, bob] = [await world.person(), await world.person()]
      const id = await world.direct(ada, bob)
      await send(ada, id, 'Hello')
      for (const filter of [null, {}, { senderId: null, types: null }])
        expect(texts(await filteredIn(bob, id, { filter }))).toEqual(['Hello'])
      for (const filter of ['{ types: [TEXT, IMAGE] }', '{ types: [] }']) {
        const query = `query ($id: ID!) { conversation(id: $id) { messages(filter: ${filter}) { edges { cursor } } } }`
        expect((await world.ask(bob, query, { id })).codes).toEqual(['BAD_USER_INPUT'])
      }
      const around = `query ($id: ID!) { conversation(id: $id) { messages(around: $id, filter: { types: [IMAGE] }) { edges { cursor } } } }`
      expect((await world.ask(bob, around, { id })).codes).toEqual(['BAD_USER_INPUT'])
    })

    test('a message by id is shown to those who may see it; to others it is as if there were none', async () => {
      const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
      const group = await world.group(ada, bob)
      const id = await send(ada, group, 'hello')
      expect(await message(bob, id.toUpperCase())).toEqual({ text: 'hello' })
      await world.add(ada, group, eve) // later
      for (const each of [id, v7(), 'nothing']) expect(await message(eve, each)).toBeNull()
      await world.remove(ada, group, bob)
      expect(await message(bob, id)).toBeNull()
    })

    test('messages begin at a number, or lie around a message', async () => {
      const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
      const id = await world.direct(ada, bob)
      const ids: string[] = []
      for (let n = 1; n <= 10; n++) ids.push(await send(ada, id, `${n}`))
      const ask = (as: UserIdentity, args: string, where = id) =>
        world.ask(as, `query ($id: ID!) { conversation(id: $id) { messages(${args}) ${NODE} } }`, { id: where })
      const page = async (args: string) => texts((await succeed(ask(bob, args))).conversation.messages)
      expect(await page('from: 4, first: 3')).toEqual(['4', '5', '6'])
      expect(await page('from: 9')).toEqual(['9', '10'])
      expect(await page('from: 11')).toEqual([])
      expect(await page(`around: "${ids[4]}", first: 5`)).toEqual(['3', '4', '5', '6', '7'])
      expect(await page(`around: "${ids[0]}", first: 4`)).toEqual(['1', '2', '3', '4'])
      expect(await page(`around: "${ids[9]}", first: 5`)).toEqual(['8', '9', '10'])
      const other = await world.direct(ada, eve)
      for (const around of [ids[4], v7(), 'nothing'])
        expect((await ask(ada, `around: "${around}"`, other)).codes).toEqual(['NOT_FOUND'])
      for (const args of [
        'from: 0',
        'from: 1, last: 3',
        'from: 1, after: "MQ"',
        `from: 1, around: "${ids[0]}"`,
        `around: "${ids[0]}", before: "MQ"`,
        'from: 1, first: 101',
      ])
        expect((await ask(bob, args)).codes).toEqual(['BAD_USER_INPUT'])
    })

    test('the answers to a message come page by page, to each viewer those that it may see', async () => {
      const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
      const group = await world.group(ada, bob)
      const id = await send(ada, group, 'question')
      for (let n = 1; n <= 5; n++) await send(n % 2 ? bob : ada, group, `answer ${n}`, { replyToId: id })
      await send(bob, group, 'no answer')
      const first = await repliesOf(bob, id, { first: 3 })
      expect(texts(first)).toEqual(['answer 1', 'answer 2', 'answer 3'])
      expect(first.pageInfo.hasNextPage).toBe(true)
      const rest = await repliesOf(bob, id, { first: 3, after: first.pageInfo.endCursor })
      expect([texts(rest), rest.pageInfo.hasNextPage]).toEqual([['answer 4', 'answer 5'], false])
      await world.add(ada, group, eve)
      const asked = [{ messageId: id, after: 0, limit: 10 }]
      expect(await findReplies(world.database, eve.userId, asked)).toEqual([[]])
      const late = await send(ada, group, 'late', { replyToId: id })
      expect(await findReplies(world.database, eve.userId, asked)).toEqual([
        [{ id: late, sequence: expect.any(Number) }],
      ])
    })

    test('mentions of the viewer and of everyone come newest first, none of the viewer’s own, none that it may not see', async () => {
      const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
      const [one, two] = [await world.group(ada, bob, eve), await world.group(ada, bob)]
      const direct = await world.direct(ada, bob)
      const ofBob = { mentions: { userIds: [bob.userId] } }
      await send(ada, one, 'first', ofBob)
      await send(ada, two, 'second', { mentions: { everyone: true } })
      await send(ada, one, 'both', { mentions: { userIds: [bob.userId], everyone: true } })
      await send(ada, direct, 'fourth', ofBob)
      await send(bob, one, 'own', { mentions: { userIds: [bob.userId], everyone: true } })
      await send(ada, one, 'of nobody')
      expect(texts(await mentionsOf(bob))).toEqual(['fourth', 'both', 'second', 'first'])
      expect(texts(await mentionsOf(eve))).toEqual(['own', 'both'])
      const page = await mentionsOf(bob, { first: 3 })
      expect([texts(page), page.pageInfo.hasNextPage]).toEqual([['fourth', 'both', 'second'], true])
      expect(texts(await mentionsOf(bob, { first: 3, after: page.pageInfo.endCursor }))).toEqual(['first'])
      await world.remove(ada, one, bob)
      expect(texts(await mentionsOf(bob))).toEqual(['fourth', 'second'])
      await world.add(ada, one, bob)
      expect(texts(await mentionsOf(bob))).toEqual(['fourth', 'second'])
      expect((await world.ask(bob, '{ mentions(after: "MQ") { edges { cursor } } }')).codes).toEqual([
        'CURSOR_MALFORMED',
      ])
    })

    test('a page with senders, answered messages and answers costs the same statements however long it is', async () => {
      const [ada, bob] = [await world.person(), await world.person()]
      const id = await world.direct(ada, bob)
      let last = await send(ada, id, 'first')
      const look = async (first: number) => {
        statements.length = 0
        const { conversation } = await succeed(
          world.ask(
            bob,
            `query ($id: ID!) { conversation(id: $id) { messages(first: ${first}) { edges { node {
              text sender { id } replyTo { text sender { id } } forwardedFrom { message { text } }
              replies(first: 3) { edges { node { text sender { id } } } }
            } } } } }`,
            { id },
          ),
        )
        const named = statements.filter((name) => name.startsWith('chat.')).sort()
        return { length: conversation.messages.edges.length, named }
      }
      for (let n = 0; n < 49; n++) last = await send(n % 2 ? ada : bob, id, `${n}`, { replyToId: last })
      const [few, many] = [await look(2), await look(50)]
      expect([few.length, many.length]).toEqual([2, 50])
      expect(many.named).toEqual(few.named)
    })
  })
})

describeWith('postgres', 'With 100,000 messages in a conversation', () => {
  test('answers, mentions, and messages of a sender or a type are found by their indexes', async () => {
    await using world = await openWorldOn('postgres')
    const [ada, bob] = [await world.person(), await world.person()]
    const id = await world.direct(ada, bob)
    const answered = await world.send(ada, id)
    await world.database.query(
      `insert into chat.receipts (
         sender_id, client_message_id, message_id, conversation_id, sequence, sent_at, content_hash, epoch, xid, event_id, reply_to_id
       )
       select $1::uuid, 'many ' || n, gen_random_uuid(), $2::uuid, n, now(), decode(repeat('00', 32), 'hex'), 1, '999999', n,
         case when n % 1000 = 0 then $3::uuid end
       from generate_series(2, 100000) as n`,
      [ada.userId, id, answered.id],
    )
    await world.database.query(
      `insert into chat.mentions (message_id, conversation_id, user_id)
       select message_id, conversation_id, case when sequence % 3 = 0 then $2::uuid end
       from chat.receipts where conversation_id = $1::uuid and sequence % 10 = 0`,
      [id, bob.userId],
    )
    await world.database.query('update chat.conversations set last_sequence = 100000 where id = $1::uuid', [id])
    await world.database.query('analyze chat.receipts, chat.mentions')
    /** The rows that a query reads, by its plan. */
    const readsOf = async (run: (sql: ChatWorld['database']) => Promise<unknown>): Promise<number> => {
      let reads = 0
      await run({
        ...world.database,
        query: async (text: string, values?: readonly unknown[]) => {
          const { rows } = await world.database.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
            `explain (analyze, format json) ${text}`,
            values,
          )
          reads += rowsOf(rows[0]!['QUERY PLAN'][0].Plan)
          return { rows: [], rowCount: 0 }
        },
      } as ChatWorld['database'])
      return reads
    }
    const ask = { messageId: answered.id, after: 50_000, limit: 20 }
    expect(await readsOf((sql) => findReplies(sql, bob.userId, [ask]))).toBeLessThan(500)
    expect(await readsOf((sql) => findMentions(sql, bob.userId, null, 20))).toBeLessThan(500)
    // A few of Bob's, and a few files of Ada's, among 100,000.
    await world.database.query(
      `update chat.receipts set type = case when sequence % 10000 = 1 then 'FILE' else type end,
         sender_id = case when sequence % 10000 = 2 then $2::uuid else sender_id end
       where conversation_id = $1::uuid and sequence % 10000 in (1, 2)`,
      [id, bob.userId],
    )
    await world.database.query('vacuum analyze chat.receipts')
    const types = ['FILE', 'IMAGE'] as const
    for (const from of ['start', 'end'] as const)
      for (const filter of [
        { senderId: bob.userId, types: null },
        { senderId: null, types },
        { senderId: ada.userId, types },
        { senderId: bob.userId, types },
      ])
        expect(
          await readsOf((sql) => findFiltered(sql, id, filter, { low: 1, high: 100_000, limit: 21, from })),
        ).toBeLessThan(200)
  }, 60_000)
})

interface Plan {
  readonly 'Node Type': string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Plan[]
}
/** Rows that the scans of a plan read. */
function rowsOf(plan: Plan): number {
  const own = plan['Node Type'].includes('Scan')
    ? (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']
    : 0
  return own + (plan.Plans ?? []).reduce((sum, each) => sum + rowsOf(each), 0)
}
