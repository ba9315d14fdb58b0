import { randomUUID } from 'node:crypto'
import { v7 } from 'uuid'
import { eventually } from '../../../../test/support/eventually.ts'
import { startTcpProxy } from '../../../../test/support/tcp-proxy.ts'
import { canonicalJson, type JsonObject, type MessageExtras } from '../body.ts'
import type { MessageRange, MessageStore, StoredMessage } from './messages.ts'

/** A message that a conversation could hold; what a test says of it, and the rest made up. */
export function aMessage(about: Partial<StoredMessage> = {}): StoredMessage {
  return {
    id: v7(),
    conversationId: v7(),
    sequence: 1,
    senderId: v7(),
    clientMessageId: `app-${randomUUID()}`,
    text: 'hello',
    sentAt: new Date('2026-05-06T07:08:09.123Z'),
    version: 1,
    ...about,
  }
}

/** One conversation's messages with these numbers. */
export function aConversation(sequences: readonly number[]): StoredMessage[] {
  const conversationId = v7()
  return sequences.map((sequence) => aMessage({ conversationId, sequence, text: `number ${sequence}` }))
}

/**
 * What every message store promises. `server` is the URL of its server and `open` opens a store on any URL that leads to
 * it, always with the same data.
 */
export function messageStoreContract(name: string, server: () => string, open: (url: string) => Promise<MessageStore>) {
  describe(`MessageStore on ${name}`, () => {
    let store: MessageStore
    beforeAll(async () => {
      store = await open(server())
    })
    afterAll(async () => {
      await store[Symbol.asyncDispose]()
    })

    const numbers = async (conversationId: string, range: Partial<MessageRange>) => {
      const whole: MessageRange = { after: 0, before: Infinity, limit: 1_000, from: 'start' }
      return (await store.range(conversationId, { ...whole, ...range })).map((message) => message.sequence)
    }

    test('says what it is', () => {
      expect(store.kind).toBe(name)
    })

    test('forgets the ids that an app gave messages, says which of the messages it has, and changes nothing else', async () => {
      const [kept, forgotten, absent] = [aMessage(), aMessage(), aMessage()]
      await store.insert([kept, forgotten])
      for (let count = 0; count < 2; count++) {
        expect(await store.forgetClientIds([forgotten, absent])).toEqual([forgotten.id])
        const erased = { ...forgotten, clientMessageId: `erased\n${forgotten.id}` }
        expect(await store.find([kept.id, forgotten.id])).toEqual([kept, erased])
      }
      expect(await store.forgetClientIds([])).toEqual([])
    })

    test('gives back what was put in, every field of it', async () => {
      const message = aMessage({ sequence: 2_147_483_647, version: 7, sentAt: new Date('2031-12-31T23:59:59.999Z') })
      await store.insert([message])
      expect(await store.find([message.id])).toEqual([message])
      expect(await store.range(message.conversationId, { after: 0, before: Infinity, limit: 1, from: 'end' })).toEqual([
        message,
      ])
    })

    test('gives back all that a message says beside its text, and nothing where there is nothing', async () => {
      const conversationId = v7()
      const extras: readonly MessageExtras[] = [
        { type: 'LOCATION', content: { latitude: 52.5200066, longitude: -13.4 } },
        {
          type: 'CUSTOM',
          content: JSON.parse(
            '{"$where": "1", "a.b": {"__proto__": {"constructor": [1e300, 0.1, -5, null, true, {}]}}, "": ""}',
          ) as JsonObject,
        },
        { mentions: { userIds: [v7(), v7()], everyone: true } },
        { mentions: { everyone: true }, replyToId: v7() },
        { type: 'IMAGE', mediaIds: [v7(), v7()] },
        { forwardedFrom: { messageId: v7(), conversationId: v7() } },
        {},
      ]
      const messages = extras.map((extra, at) => aMessage({ conversationId, sequence: at + 1, ...extra }))
      await store.insert(messages)
      const found = await store.find(messages.map(({ id }) => id))
      const range = await store.range(conversationId, { after: 0, before: 9, limit: 9, from: 'start' })
      for (const kept of [found, range]) expect(canonicalJson(kept)).toBe(canonicalJson(messages))
    })

    test.each([
      ['letters beyond the basic plane', '𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍👩‍👧‍👦 \u{10FFFF}'],
      ['directions, marks and composed characters', 'שלום \u202Eabc\u202C e\u0301 é Å Å'],
      ['what looks like an operator or a statement', `{"$gt": ""} $set '; drop table chat.messages; -- \\u0000 %s`],
      ['line ends, tabs and other control characters', 'a\r\nb\tc\u0001\u007F\uFEFF\uFFFF'],
      ['10,000 characters', '𝄞'.repeat(10_000)],
    ])('keeps text as it is: %s', async (_, text) => {
      const message = aMessage({ text, clientMessageId: text.slice(0, 100) })
      await store.insert([message])
      expect(await store.find([message.id])).toEqual([message])
    })

    test('refuses a batch with a text that one of the stores could not keep, and keeps nothing of it', async () => {
      for (const text of ['a\0b', '\uD83D', '\uDE00\uD83D']) {
        const [good, bad] = [aMessage(), aMessage({ text })]
        await expect(store.insert([good, bad])).rejects.toThrow(`Message ${bad.id} cannot be kept: its text has U+0000`)
        await expect(store.insert([aMessage({ clientMessageId: text })])).rejects.toThrow('its clientMessageId has')
        expect(await store.find([good.id, bad.id])).toEqual([null, null])
        await store.insert([good])
        expect(await store.find([good.id])).toEqual([good])
      }
    })

    test('a repeated insert does nothing, whatever it says', async () => {
      const message = aMessage()
      await store.insert([message])
      await store.insert([message, { ...message, text: 'changed' }])
      expect(await store.find([message.id])).toEqual([message])
      expect(await numbers(message.conversationId, {})).toEqual([1])
    })

    test('one message twice in a call is kept once', async () => {
      const message = aMessage()
      await store.insert([message, message])
      expect(await store.find([message.id])).toEqual([message])
      expect(await numbers(message.conversationId, {})).toEqual([1])
    })

    test('an original that comes late changes nothing that came after it', async () => {
      const original = aMessage()
      const later = { ...original, version: 3, text: 'edited twice' }
      const other = aMessage()
      await store.insert([later])
      await store.insert([original, other])
      expect(await store.find([original.id, other.id])).toEqual([later, other])
    })

    test('a later version replaces an earlier one, with what it no longer says gone, and keeps what no version changes', async () => {
      const original = aMessage({
        type: 'IMAGE',
        content: { a: 1 },
        mentions: { everyone: true },
        mediaIds: [v7()],
        replyToId: v7(),
        forwardedFrom: { messageId: v7(), conversationId: v7() },
      })
      await store.insert([original])
      await store.forgetClientIds([original])
      const { content: _, mentions: _m, mediaIds: _i, forwardedFrom: _f, ...rest } = original
      const change = {
        text: '',
        version: 2,
        editedAt: '2026-05-06T07:08:10.000Z',
        deletedAt: '2026-05-06T07:08:11.000Z',
      }
      const changed = { ...rest, ...change, deletedById: v7() }
      for (let count = 0; count < 2; count++) {
        await store.replace([changed])
        const kept = { ...changed, clientMessageId: `erased\n${original.id}` }
        expect(await store.find([original.id])).toEqual([kept])
      }
    })

    test('only a higher version replaces: a late or repeated one changes nothing, whichever comes first', async () => {
      const message = aMessage()
      const version = (number: number): StoredMessage => ({ ...message, version: number, text: `version ${number}` })
      await store.replace([version(3)])
      for (const late of [1, 2, 3]) await store.replace([{ ...version(late), text: 'late' }])
      await store.insert([version(1)])
      expect(await store.find([message.id])).toEqual([version(3)])
      const absent = aMessage({ version: 2 })
      await store.replace([version(5), version(4), absent])
      expect(await store.find([message.id, absent.id])).toEqual([version(5), absent])
      expect(await numbers(message.conversationId, {})).toEqual([1])
      await store.replace([])
    })

    test('writers of different versions at once all succeed, and the highest one stays', async () => {
      const message = aMessage()
      const versions = Array.from({ length: 12 }, (_, at): StoredMessage => ({
        ...message,
        version: at + 1,
        text: `${at + 1}`,
      }))
      await Promise.all(versions.map((each) => (each.version === 1 ? store.insert([each]) : store.replace([each]))))
      expect(await store.find([message.id])).toEqual([versions[11]])
    })

    test('a replacement may not take the number of another message', async () => {
      const [first] = aConversation([1]) as [StoredMessage]
      await store.insert([first])
      const thief = aMessage({ conversationId: first.conversationId, sequence: 1, version: 2 })
      await expect(store.replace([thief])).rejects.toThrow('must not have the sequence number of another one')
    })

    test('many writers of the same messages at once all succeed, and each message is there once', async () => {
      const messages = aConversation(Array.from({ length: 60 }, (_, index) => index + 1))
      const shuffled = (turn: number) => [...messages.slice(turn * 7), ...messages.slice(0, turn * 7)]
      const writers = Array.from({ length: 8 }, (_, turn) => shuffled(turn))
      await Promise.all(writers.map((batch, turn) => store.insert(turn % 2 ? batch : batch.reverse())))
      expect(await numbers(messages[0]!.conversationId, {})).toEqual(messages.map((message) => message.sequence))
    })

    test('two messages cannot have one number; the rest of the call may be kept, and can be sent again', async () => {
      const [first, second] = aConversation([1, 2]) as [StoredMessage, StoredMessage]
      await store.insert([first])
      const thief = aMessage({ conversationId: first.conversationId, sequence: 1 })
      await expect(store.insert([thief, second])).rejects.toThrow('must not have the sequence number of another one')
      await store.insert([second])
      expect(await store.find([first.id, second.id, thief.id])).toEqual([first, second, null])
    })

    test('takes 1,000 messages in a call and not one more', async () => {
      const messages = aConversation(Array.from({ length: 1_001 }, (_, index) => index + 1))
      await expect(store.insert(messages)).rejects.toThrow('must carry at most 1000 messages, not 1001')
      // On a busy machine a store may be slow to say that it is alive; a repeated insert changes nothing, as after any failure.
      await eventually(async () => {
        await store.insert(messages.slice(0, 1_000))
      }, 60_000)
      expect(await numbers(messages[0]!.conversationId, {})).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1))
      expect(await store.find(messages.map((message) => message.id))).toEqual([...messages.slice(0, 1_000), null])
    })

    test('nothing is done for nothing', async () => {
      await store.insert([])
      expect(await store.find([])).toEqual([])
    })

    test('find answers in the order asked, with null for what is absent and twice for what is asked twice', async () => {
      const [a, b, c] = aConversation([1, 2, 3]) as [StoredMessage, StoredMessage, StoredMessage]
      await store.insert([a, b, c])
      const absent = v7()
      expect(await store.find([c.id, absent, a.id, c.id, absent, b.id])).toEqual([c, null, a, c, null, b])
      expect(await store.find([a.id.toUpperCase()])).toEqual([a])
    })

    test('range counts its limit from the end that it is told, and answers ascending, over holes', async () => {
      const messages = aConversation([1, 2, 4, 5, 9, 10])
      const { conversationId } = messages[0]!
      await store.insert([...messages].reverse())
      expect(await numbers(conversationId, {})).toEqual([1, 2, 4, 5, 9, 10])
      expect(await numbers(conversationId, { limit: 3 })).toEqual([1, 2, 4])
      expect(await numbers(conversationId, { limit: 3, from: 'end' })).toEqual([5, 9, 10])
      expect(await numbers(conversationId, { after: 2, before: 9 })).toEqual([4, 5])
      expect(await numbers(conversationId, { after: 3, limit: 2 })).toEqual([4, 5])
      expect(await numbers(conversationId, { before: 9, limit: 2, from: 'end' })).toEqual([4, 5])
      expect(await numbers(conversationId, { after: 5, before: 9 })).toEqual([])
      expect(await numbers(conversationId, { after: 10 })).toEqual([])
      expect(await numbers(conversationId, { after: -Infinity, before: Infinity, limit: 1, from: 'end' })).toEqual([10])
    })

    test('range sees one conversation alone', async () => {
      const [mine, another] = [aConversation([1, 2]), aConversation([1, 2, 3])]
      await store.insert([...another, ...mine])
      expect(await numbers(mine[0]!.conversationId, {})).toEqual([1, 2])
      expect(await numbers(v7(), {})).toEqual([])
    })

    test('a limit is 1 to 1,000, and the ends of a range are numbers', async () => {
      for (const limit of [0, -1, 1_001, 1.5, NaN]) {
        await expect(numbers(v7(), { limit })).rejects.toThrow(RangeError)
        await expect(store.scan(null, limit)).rejects.toThrow(RangeError)
      }
      await expect(numbers(v7(), { after: NaN })).rejects.toThrow(RangeError)
      await expect(numbers(v7(), { before: NaN })).rejects.toThrow(RangeError)
    })

    test('only the text of a UUID is an id: an operator or anything else is refused, not looked for', async () => {
      const message = aMessage()
      await store.insert([message])
      const strange: unknown[] = ['', 'x', { $gt: '' }, { $ne: null }, ['a'], null, undefined, 7, `${message.id}'`]
      for (const id of strange as string[]) {
        const refusal = 'must be the text of a UUID'
        await expect(store.find([message.id, id])).rejects.toThrow(refusal)
        await expect(numbers(id, {})).rejects.toThrow(refusal)
        await expect(store.insert([{ ...message, id }])).rejects.toThrow(refusal)
        await expect(store.insert([{ ...message, senderId: id }])).rejects.toThrow(refusal)
        if (id !== null) await expect(store.scan(id, 1)).rejects.toThrow(refusal)
      }
      expect(await store.find([message.id])).toEqual([message])
    })

    test('scan goes through everything by id, page by page, each message once', async () => {
      const messages = aConversation([1, 2, 3, 4, 5, 6, 7])
      // Ids of every kind, so that the order is that of their bytes and nothing else.
      const ids = ['ffffffff-ffff-ffff-ffff-ffffffffffff', '00000000-0000-0000-0000-000000000000', ...Array(5)]
      const mine = messages.map((message, index) => ({ ...message, id: ids[index] ?? randomUUID() }))
      await store.insert(mine)
      const seen: StoredMessage[] = []
      for (let after: string | null = null; ; after = seen.at(-1)!.id) {
        const page = await store.scan(after, 3)
        seen.push(...page)
        if (page.length < 3) break
      }
      expect(seen.map((message) => message.id)).toEqual([...new Set(seen.map((message) => message.id))].sort())
      expect(seen).toEqual(expect.arrayContaining(mine))
      expect(await store.scan('ffffffff-ffff-ffff-ffff-ffffffffffff', 10)).toEqual([])
    })

    test('while the server is away every call rejects, and works again when it is back', async () => {
      await using proxy = await startTcpProxy(server())
      await using remote = await open(proxy.url)
      const [before, meanwhile] = [aMessage(), aMessage()]
      await remote.insert([before])
      proxy.cut()
      const calls = [remote.insert([meanwhile]), remote.find([before.id]), remote.scan(null, 1)]
      const range = remote.range(before.conversationId, { after: 0, before: 9, limit: 1, from: 'start' })
      for (const call of await Promise.allSettled([...calls, range])) expect(call.status).toBe('rejected')
      proxy.restore()
      await eventually(() => remote.insert([meanwhile]))
      await eventually(async () => expect(await remote.find([before.id, meanwhile.id])).toEqual([before, meanwhile]))
    })

    test('closing lets what was begun end well, refuses what comes after, and may be done twice', async () => {
      const closing = await open(server())
      const messages = aConversation(Array.from({ length: 500 }, (_, index) => index + 1))
      const begun = closing.insert(messages)
      const closed = closing[Symbol.asyncDispose]()
      await expect(closing.find([messages[0]!.id])).rejects.toThrow('closed')
      await Promise.all([begun, closed, closing[Symbol.asyncDispose]()])
      expect(await numbers(messages[0]!.conversationId, {})).toHaveLength(500)
    })
  })
}
