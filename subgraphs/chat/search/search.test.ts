import { v7 } from 'uuid'
import type { ChatWorld } from '../../../test/support/chat.ts'
import { makeMessageActs } from '../../../test/support/message-changes.ts'
import { messageStores, openWorldOn } from '../../../test/support/message-stores.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { describeWith } from '../../../test/support/services.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { indexOnce } from './job.ts'
import { forgetIndex, holdIndex, saveIndexed, searchMessages } from './store.ts'

interface Asked {
  readonly in?: string
  readonly first?: number
  readonly after?: string
}

const SEARCH = `query ($query: String!, $in: ID, $first: Int, $after: String) {
  searchMessages(query: $query, conversationId: $in, first: $first, after: $after) {
    edges { node { text } } pageInfo { hasNextPage endCursor }
  }
}`

describe.each(messageStores)('The search, with messages in %s,', (kind) => {
  describeWith(kind, 'and a world', () => {
    let world: ChatWorld
    beforeAll(async () => {
      world = await openWorldOn(kind)
    })
    afterAll(() => world[Symbol.asyncDispose]())

    const deps = (language = 'simple') => ({ ...world, log: silentLog, language })
    const index = async (language?: string, holder = 'test') => {
      await world.db.settled()
      await indexOnce(deps(language), holder)
    }
    const trySearch = (as: Parameters<ChatWorld['ask']>[0], query: string, asked: Asked = {}) =>
      world.ask(as, SEARCH, { query, ...asked })
    const search = async (as: UserIdentity, query: string, asked: Asked = {}): Promise<string[]> =>
      (await succeed(trySearch(as, query, asked))).searchMessages.edges.map(
        ({ node }: { node: { text: string } }) => node.text,
      )
    const pair = async () => {
      const [alice, bob] = [await world.person(), await world.person()]
      return { alice, bob, id: await world.direct(alice, bob) }
    }

    test('finds words, the beginning of the last one, phrases, alternatives and what lacks a word, the newest first', async () => {
      const { alice, bob, id } = await pair()
      const texts = ['The quick brown fox', 'A brown dog, quick!', 'It’s a fox\\’s den', "ÄRGER mit o'quote"]
      for (const text of texts) await world.send(alice, id, text)
      await index()
      const [fox, dog, den, anger] = texts
      expect(await search(bob, 'quick brown')).toEqual([dog, fox])
      expect(await search(bob, '"quick brown"')).toEqual([fox])
      expect(await search(bob, 'QUICK bro')).toEqual([dog, fox])
      expect(await search(bob, 'qui brown')).toEqual([])
      expect(await search(bob, 'den or dog')).toEqual([den, dog])
      expect(await search(bob, 'brown -dog')).toEqual([fox])
      expect(await search(bob, 'ärg')).toEqual([anger])
      expect(await search(bob, "o'quo")).toEqual([anger])
      expect(await search(bob, 'nowhere')).toEqual([])
    })

    test('pages continue after a cursor, in one conversation and in all', async () => {
      const { alice, bob, id } = await pair()
      const other = await world.group(alice, bob)
      for (let n = 0; n < 7; n++) await world.send(alice, n % 3 ? id : other, `page ${n}`)
      await index()
      for (const [asked, all] of [
        [{}, [6, 5, 4, 3, 2, 1, 0]],
        [{ in: id }, [5, 4, 2, 1]],
      ] as const) {
        const found: string[] = []
        for (let after: string | undefined, more = true; more;) {
          const { searchMessages: page } = await succeed(
            trySearch(bob, 'page', { ...asked, first: 2, ...(after && { after }) }),
          )
          found.push(...page.edges.map(({ node }: { node: { text: string } }) => node.text))
          ;({ hasNextPage: more, endCursor: after } = page.pageInfo)
        }
        expect(found).toEqual(all.map((n) => `page ${n}`))
      }
    })

    test('shows what the viewer may see: not to strangers and former members, nothing from before, nothing cleared', async () => {
      const [alice, bob, eve] = [await world.person(), await world.person(), await world.person()]
      const id = await world.group(alice, bob)
      await world.send(alice, id, 'secret early')
      await world.add(alice, id, eve)
      await world.send(alice, id, 'secret late')
      await index()
      expect(await search(bob, 'secret')).toEqual(['secret late', 'secret early']) // the same call, allowed
      expect(await search(eve, 'secret', { in: id })).toEqual(['secret late'])
      expect(await search(await world.person(), 'secret')).toEqual([])
      expect((await trySearch(await world.person(), 'secret', { in: id })).codes).toEqual(['NOT_FOUND'])
      await world.remove(alice, id, eve)
      expect(await search(eve, 'secret')).toEqual([])
      expect((await trySearch(eve, 'secret', { in: id })).codes).toEqual(['NOT_FOUND'])
      await succeed(world.ask(bob, `mutation { clearConversation(input: { conversationId: "${id}" }) { __typename } }`))
      await world.send(alice, id, 'secret again')
      await index()
      expect(await search(bob, 'secret')).toEqual(['secret again'])
      for (const who of [anonymous, admin]) expect((await trySearch(who, 'secret')).codes).toEqual(['UNAUTHENTICATED'])
    })

    test('an edited message is found by its new words alone, and a deleted one by none, also if the index is made anew', async () => {
      const { alice, bob, id } = await pair()
      const acts = makeMessageActs(world)
      const [edited, deleted] = [
        await acts.send(alice, id, { text: 'first spelling' }),
        await acts.send(alice, id, { text: 'first regret' }),
      ]
      await index()
      expect(await search(bob, 'first')).toEqual(['first regret', 'first spelling'])
      await acts.edit(alice, edited.id, 'second spelling')
      await acts.delete(alice, deleted.id)
      for (const _ of ['as it is', 'anew']) {
        await index()
        expect(await search(bob, 'spelling')).toEqual(['second spelling'])
        expect(await search(bob, 'first')).toEqual([])
        const { rows } = await world.database.query('select from chat.search where message_id = $1', [deleted.id])
        expect(rows).toEqual([])
        await forgetIndex(world.database)
      }
    })

    test('a word that is as long as PostgreSQL can keep one, or longer, keeps nothing else out of the index', async () => {
      const { alice, bob, id } = await pair()
      for (const length of [2_000, 2_031, 2_046, 2_047, 5_000])
        await world.send(alice, id, `${'x'.repeat(length)} long${length}`)
      await world.send(alice, id, `${'é'.repeat(1_020)} ${"'".repeat(2_040)} longest`)
      await index()
      expect(await search(bob, 'long')).toHaveLength(6)
    })

    test('the longest text that an operator may allow is indexed with its first words', async () => {
      const { bob, id } = await pair()
      await index()
      const progress = await holdIndex(world.database, 'test', 'simple', await world.eventLog.start(world.database))
      const text = Array.from({ length: 50_000 }, (_, n) => String.fromCodePoint(0x20000 + n)).join(' ')
      const message = { id: v7(), conversationId: id, sequence: 1, version: 1, text }
      const by = { holder: 'test', language: 'simple' }
      expect(await saveIndexed(world.database, by, { messages: [message], removed: [] }, progress!)).toBe(true)
      expect(await search(bob, 'nowhere')).toEqual([])
    })

    test('what has no word to be found, or is too long, is refused', async () => {
      const { alice, id } = await pair()
      expect((await trySearch(alice, 'x'.repeat(200), { in: id })).codes).toEqual([]) // the same call, allowed
      for (const query of ['x'.repeat(201), '', '  ', '!?', '-not', '-not -this', '\0'])
        expect((await trySearch(alice, query)).codes).toEqual(['BAD_USER_INPUT'])
      expect((await trySearch(alice, 'x', { after: 'AAAA' })).codes).toEqual(['CURSOR_MALFORMED'])
      expect((await trySearch(alice, 'x', { in: 'none' })).codes).toEqual(['NOT_FOUND'])
      for (const query of ["'", '\\', "a\\'b':*", '<->', '!!(x', 'a & | b', "'':* c:*", 'x <2> "y'])
        expect((await trySearch(alice, query)).codes.filter((code) => code !== 'BAD_USER_INPUT')).toEqual([])
    })

    test('an index that was forgotten is made anew from the messages, also where the log no longer reaches', async () => {
      const { alice, bob, id } = await pair()
      for (let n = 0; n < 3; n++) await world.send(alice, id, `kept ${n}`)
      await index()
      const before = await search(bob, 'kept')
      expect(before).toHaveLength(3)
      await forgetIndex(world.database)
      expect(await search(bob, 'kept')).toEqual([])
      await world.database.query(
        `update events.settings set (floor_epoch, floor_xid, floor_id) = (select epoch, xid, id from events.head())`,
      )
      await index()
      expect(await search(bob, 'kept')).toEqual(before)
      await world.send(bob, id, 'kept too')
      await index()
      expect(await search(bob, 'kept')).toEqual(['kept too', ...before])
    })

    test('one process fills the index; another one continues when it is silent, and a late write of the first does nothing', async () => {
      const { alice, bob, id } = await pair()
      await index('simple', 'test')
      await world.send(alice, id, 'handed over')
      await index('simple', 'second')
      expect(await search(bob, 'handed')).toEqual([])
      await world.database.query(`update chat.search_progress set held_until = now() - interval '1 second'`)
      await index('simple', 'second')
      expect(await search(bob, 'handed')).toEqual(['handed over'])
      await index('simple', 'test')
      await world.database.query(`update chat.search_progress set held_until = now() - interval '1 second'`)
    })

    test('in another language all words are made anew', async () => {
      const { alice, bob, id } = await pair()
      await world.send(alice, id, 'walking')
      await index()
      const words = async (language: string, query: string) => {
        const { rows } = await world.database.query<{ terms: string }>(
          'select chat.search_terms($1::text::regconfig, $2::text) as terms',
          [language, query],
        )
        return searchMessages(world.database, bob.userId, {
          terms: rows[0]!.terms,
          conversationId: id,
          before: null,
          limit: 10,
        })
      }
      expect(await words('simple', 'walks')).toHaveLength(0)
      await index('english')
      expect(await words('english', 'walks')).toHaveLength(1)
      await index()
      expect(await words('simple', 'walking')).toHaveLength(1)
    })
  })
})

describeWith('postgres', 'A search', () => {
  let world: ChatWorld
  beforeAll(async () => {
    world = await openWorldOn('postgres')
  })
  afterAll(() => world[Symbol.asyncDispose]())

  /** Writes words of messages as the index has them, `each` into every conversation. */
  const fill = (conversations: readonly string[], each: number, first = 1) =>
    world.database.query(
      `insert into chat.search (message_id, conversation_id, sequence, version, words)
       select gen_random_uuid(), c, s, 1,
         chat.search_words_at(chat.search_place(c, chat.search_bucket_of(s)), '''common'':1')::tsvector
       from unnest($1::uuid[]) as c, generate_series($2::int, $2::int + $3::int - 1) as s`,
      [conversations, first, each],
    )
  /** The pages of PostgreSQL that a search touches. */
  const pagesOf = async (userId: string, conversationId: string | null) => {
    const { rows } = await world.database.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
      `explain (analyze, buffers, format json)
       select from chat.search_messages($1::uuid, $2::uuid, '''common''', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 20, 2000)`,
      [userId, conversationId],
    )
    const { Plan: plan } = rows[0]!['QUERY PLAN'][0]
    return plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!
  }

  test('costs no more for the messages of others with the same words, and reads the newest ones of a long conversation', async () => {
    const [alice, bob] = [await world.person(), await world.person()]
    const id = await world.direct(alice, bob)
    await fill([id], 50)
    await world.database.query(`update chat.conversations set last_sequence = 50, last_message_id = $2 where id = $1`, [
      id,
      v7(),
    ])
    for (const where of [id, null]) await pagesOf(alice.userId, where)
    const before = [await pagesOf(alice.userId, id), await pagesOf(alice.userId, null)]
    await fill(
      Array.from({ length: 200 }, () => v7()),
      200,
    )
    await world.database.query('analyze chat.search')
    const after = [await pagesOf(alice.userId, id), await pagesOf(alice.userId, null)]
    for (const at of [0, 1]) expect(after[at]!).toBeLessThan(before[at]! + 60)
    // Twenty thousand further messages of the same conversation.
    await fill([id], 20_000, 51)
    await world.database.query(`update chat.conversations set last_sequence = 20050 where id = $1`, [id])
    expect(await pagesOf(alice.userId, id)).toBeLessThan(after[0]! + 200)
  })

  test('looks into a bounded number of parts of conversations', async () => {
    const [alice, bob] = [await world.person(), await world.person()]
    const id = await world.direct(alice, bob)
    await fill([id], 1, 1)
    await world.database.query(
      `update chat.conversations set last_sequence = 9000, last_message_id = $2 where id = $1`,
      [id, v7()],
    )
    const asked = { terms: `'common'`, conversationId: id, before: null, limit: 5 }
    expect(await searchMessages(world.database, alice.userId, asked, 5)).toHaveLength(1)
    expect(await searchMessages(world.database, alice.userId, asked, 4)).toHaveLength(0)
  })
})
