import { v7 } from 'uuid'
import type { UserIdentity } from '../../../test/support/people.ts'
import { type ChatWorld } from '../../../test/support/chat.ts'
import { messageStores, openWorldOn } from '../../../test/support/message-stores.ts'
import { describeWith } from '../../../test/support/services.ts'
import { succeed } from '../../../test/support/subgraph.ts'
import { messageSent } from './events.ts'

const SEND = `mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) {
    message {
      id sequence type text content replyToId
      mentions { everyone userIds users { id } }
      replyTo { id text }
      forwardedFrom { message { id text sender { id } } }
      sender { id }
      conversation { id }
    }
  }
}`
const SHOW = `query ($id: ID!) {
  conversation(id: $id) { messages { edges { node {
    id type text content replyToId mentions { everyone userIds } replyTo { id } forwardedFrom { message { id sender { id } } }
  } } } }
}`

describe.each(messageStores)('What a message says, in %s:', (kind) => {
  describeWith(kind, 'the whole of it', () => {
    let world: ChatWorld
    beforeAll(async () => {
      world = await openWorldOn(kind)
    })
    afterAll(() => world[Symbol.asyncDispose]())

    const trySend = (as: UserIdentity, input: object) =>
      world.ask(as, SEND, { input: { clientMessageId: v7(), ...input } })
    const send = async (as: UserIdentity, input: object) => (await succeed(trySend(as, input))).sendMessage.message
    const show = async (as: UserIdentity, id: string) =>
      (await succeed(world.ask(as, SHOW, { id }))).conversation.messages.edges.map(
        ({ node }: { node: Record<string, unknown> }) => node,
      )
    const pair = async (): Promise<[UserIdentity, UserIdentity, string]> => {
      const [ada, bob] = [await world.person(), await world.person()]
      return [ada, bob, await world.direct(ada, bob)]
    }

    test('a place, a contact and what only apps understand arrive as they were sent, with a caption or without', async () => {
      const [ada, bob, conversationId] = await pair()
      const given = [
        { type: 'TEXT', text: 'Hello' },
        {
          type: 'LOCATION',
          content: { latitude: 52.52, longitude: 13.405, accuracyMeters: 10, name: 'Museum', address: 'Berlin' },
        },
        { type: 'LOCATION', text: 'Here', content: { latitude: -90, longitude: 180 } },
        { type: 'CONTACT', content: { name: 'Eve', phones: ['+49 30 123'], emails: ['eve@example.org'] } },
        { type: 'CUSTOM', content: { poll: { options: ['a', 'b'], 'a.b': { $gt: null } }, open: true, share: 0.25 } },
        { type: 'CUSTOM', content: {} },
      ]
      for (const each of given) {
        const sent = await send(ada, { conversationId, ...each })
        expect(sent).toMatchObject({ text: '', content: null, mentions: null, forwardedFrom: null, ...each })
      }
      const shown = await show(bob, conversationId)
      expect(shown).toMatchObject(given.map((each) => ({ text: '', content: null, ...each })))
    })

    test.each([
      ['SYSTEM, which only the server makes', { type: 'SYSTEM', text: 'Ada left' }],
      ['a picture without a file', { type: 'IMAGE', text: 'Look' }],
      ['a text without text', {}],
      ['a text with content', { text: 'Hello', content: {} }],
      ['a place without content', { type: 'LOCATION' }],
      ['a list as content', { type: 'CUSTOM', content: [1] }],
      ['a place off the Earth', { type: 'LOCATION', content: { latitude: 90.1, longitude: 0 } }],
      ['a place whose latitude is a text', { type: 'LOCATION', content: { latitude: '1', longitude: 0 } }],
      ['a place with a field of its own', { type: 'LOCATION', content: { latitude: 1, longitude: 0, url: 'x' } }],
      ['a contact without a name', { type: 'CONTACT', content: { phones: ['1'] } }],
      ['a contact whom nobody can reach', { type: 'CONTACT', content: { name: 'Eve', phones: [] } }],
      ['an address that is none', { type: 'CONTACT', content: { name: 'Eve', emails: ['eve'] } }],
      ['eleven phones', { type: 'CONTACT', content: { name: 'Eve', phones: Array(11).fill('1') } }],
      ['more than 8 levels', { type: 'CUSTOM', content: { a: [[[[[[[[1]]]]]]]] } }],
      ['more than 8,192 bytes', { type: 'CUSTOM', content: { a: 'ä'.repeat(4_100) } }],
      ['NUL in content', { type: 'CUSTOM', content: { a: ['x\0'] } }],
      ['half a surrogate pair as a key', { type: 'CUSTOM', content: { '\ud800': 1 } }],
      ['a blank caption', { type: 'CUSTOM', content: {}, text: ' ' }],
      ['51 mentions', { text: 'Hello', mentions: { userIds: Array.from({ length: 51 }, () => v7()) } }],
    ])('%s is refused', async (_, input) => {
      const [ada, , conversationId] = await pair()
      expect((await trySend(ada, { conversationId, ...input })).codes).toEqual(['BAD_USER_INPUT'])
      expect(await show(ada, conversationId)).toEqual([])
    })

    test('a mentioned user takes part; a mention of somebody else is refused by a code that names them', async () => {
      const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
      const conversationId = await world.group(ada, bob)
      const mentions = { userIds: [bob.userId.toUpperCase(), bob.userId, ada.userId], everyone: true }
      const seen = { everyone: true, userIds: [bob.userId, ada.userId] }
      expect(await send(ada, { conversationId, text: 'Hello', mentions })).toMatchObject({
        mentions: { ...seen, users: [{ id: bob.userId }, { id: ada.userId }] },
      })
      const [shown] = (await show(bob, conversationId)).slice(-1)
      expect(shown).toMatchObject({ mentions: seen })
      for (const other of [eve.userId, v7(), 'nobody']) {
        const refused = await trySend(ada, {
          conversationId,
          text: 'Hello',
          mentions: { userIds: [bob.userId, other] },
        })
        expect(refused.codes).toEqual(['MENTIONS_NO_MEMBER'])
        expect(refused.errors?.[0]?.extensions).toMatchObject({ userIds: [other] })
      }
      await world.remove(ada, conversationId, bob)
      const late = await trySend(ada, { conversationId, text: 'Hello', mentions: { userIds: [bob.userId] } })
      expect(late.codes).toEqual(['MENTIONS_NO_MEMBER'])
      // Nobody learns by it who is a member of somebody else's group.
      const curious = await trySend(eve, { conversationId, text: 'Hello', mentions: { userIds: [ada.userId] } })
      expect(curious.codes).toEqual(['NOT_FOUND'])
    })

    test('where members may not list each other, a plain member mentions everyone but no member', async () => {
      const [ada, bob] = [await world.person(), await world.person()]
      const conversationId = await world.group(ada, bob)
      await succeed(
        world.groups(ada, `mutation ($input: UpdateGroupInput!) { updateGroup(input: $input) { group { id } } }`, {
          input: { groupId: conversationId, whoMaySeeMembers: 'ADMINS' },
        }),
      )
      const mention = (as: UserIdentity, mentions: object) => trySend(as, { conversationId, text: 'Hello', mentions })
      expect((await mention(bob, { userIds: [ada.userId] })).codes).toEqual(['FORBIDDEN'])
      expect((await mention(bob, { everyone: true })).codes).toEqual([])
      expect((await mention(ada, { userIds: [bob.userId] })).codes).toEqual([])
    })

    test('an answer names a message of the same conversation that the sender may see', async () => {
      const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
      const conversationId = await world.group(ada, bob)
      const early = await world.send(ada, conversationId, 'early')
      const elsewhere = await world.send(ada, await world.direct(ada, bob), 'elsewhere')
      await world.add(ada, conversationId, eve)
      const answer = await send(bob, { conversationId, text: 'answer', replyToId: early.id.toUpperCase() })
      expect(answer).toMatchObject({ replyToId: early.id, replyTo: { id: early.id, text: 'early' } })
      for (const replyToId of [elsewhere.id, v7(), 'none'])
        expect((await trySend(bob, { conversationId, text: 'x', replyToId })).codes).toEqual(['NOT_FOUND'])
      // From before her time.
      expect((await trySend(eve, { conversationId, text: 'x', replyToId: early.id })).codes).toEqual(['NOT_FOUND'])
      const [shown] = (await show(eve, conversationId)).slice(-1)
      expect(shown).toMatchObject({ text: 'answer', replyToId: early.id, replyTo: null })
    })

    test('a forward says what the original says; only who may see the original learns who wrote it', async () => {
      const [ada, bob, conversationId] = await pair()
      const eve = await world.person()
      const original = await send(ada, {
        conversationId,
        type: 'LOCATION',
        text: 'Here',
        content: { latitude: 1, longitude: 2 },
        mentions: { userIds: [bob.userId] },
      })
      const toEve = { userId: eve.userId, forwardOfId: original.id }
      const forwarded = await send(bob, toEve)
      const said = { type: 'LOCATION', text: 'Here', content: { latitude: 1, longitude: 2 }, mentions: null }
      expect(forwarded).toMatchObject({
        ...said,
        sender: { id: bob.userId },
        forwardedFrom: { message: { id: original.id, sender: { id: ada.userId } } },
      })
      expect(await show(eve, forwarded.conversation.id)).toMatchObject([{ ...said, forwardedFrom: { message: null } }])
      // A forward of a forward comes from the first message.
      const back = await send(eve, { userId: ada.userId, forwardOfId: forwarded.id })
      expect(back).toMatchObject({ ...said, forwardedFrom: { message: null } })
      expect(await show(ada, back.conversation.id)).toMatchObject([
        { ...said, forwardedFrom: { message: { id: original.id } } },
      ])
      for (const forwardOfId of [original.id, v7(), 'none'])
        expect((await trySend(eve, { userId: ada.userId, forwardOfId })).codes).toEqual(['NOT_FOUND'])
      for (const more of [{ text: 'x' }, { type: 'TEXT' }, { content: {} }, { mentions: { everyone: true } }])
        expect((await trySend(bob, { ...toEve, ...more })).codes).toEqual(['BAD_USER_INPUT'])
    })

    test('a message to a user goes into their one direct conversation, whoever begins it and however often at once', async () => {
      const [ada, bob] = [await world.person(), await world.person()]
      const sent = await Promise.all(
        Array.from({ length: 10 }, (_, at) =>
          send(at % 2 ? ada : bob, { userId: (at % 2 ? bob : ada).userId, text: `${at}` }),
        ),
      )
      expect(new Set(sent.map(({ conversation }) => conversation.id)).size).toBe(1)
      expect(sent.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(sent.map((_, at) => at + 1))
      expect((await trySend(ada, { userId: ada.userId, text: 'x' })).codes).toEqual(['BAD_USER_INPUT'])
      for (const userId of [v7(), 'nobody'])
        expect((await trySend(ada, { userId, text: 'x' })).codes).toEqual(['NOT_FOUND'])
      const { id } = sent[0].conversation
      for (const both of [{}, { userId: bob.userId, conversationId: id }])
        expect((await trySend(ada, { ...both, text: 'x' })).codes).toEqual(['BAD_USER_INPUT'])
      const eve = await world.person()
      await succeed(
        world.people.ask(eve, 'mutation ($input: BlockUserInput!) { blockUser(input: $input) { user { id } } }', {
          input: { userId: ada.userId },
        }),
      )
      expect((await trySend(ada, { userId: eve.userId, text: 'x' })).codes).toEqual(['NOT_ACCEPTED'])
    })

    test('a retry gets the first message, also when what it refers to is gone; another content is a conflict', async () => {
      const [ada, bob] = [await world.person(), await world.person()]
      const conversationId = await world.group(ada, bob)
      const secret = await world.group(bob, ada)
      const original = await world.send(bob, secret, 'from elsewhere')
      const mentioned = await world.send(bob, conversationId, 'answer me')
      const inputs = [
        { type: 'CUSTOM', content: { a: 1, b: [2] } },
        { text: 'x', mentions: { userIds: [bob.userId] } },
        { text: 'x', replyToId: mentioned.id },
        { forwardOfId: original.id },
      ].map((input) => ({ conversationId, clientMessageId: v7(), ...input }))
      const first = []
      for (const input of inputs) first.push(await send(ada, input))
      await world.remove(ada, conversationId, bob)
      await world.remove(bob, secret, ada)
      for (const [at, input] of inputs.entries()) {
        expect(await send(ada, input)).toEqual({
          ...first[at],
          ...('forwardOfId' in input && { forwardedFrom: { message: null } }),
        })
      }
      expect(await send(ada, { ...inputs[0], content: { b: [2], a: 1 } })).toEqual(first[0])
      const others = [
        { content: { a: 1, b: [3] } },
        { mentions: { everyone: true } },
        { replyToId: original.id },
        { forwardOfId: mentioned.id },
      ]
      for (const [at, other] of others.entries())
        expect((await trySend(ada, { ...inputs[at], ...other })).codes).toEqual(['CONFLICT'])
      expect((await trySend(ada, { ...inputs[1], mentions: null })).codes).toEqual(['CONFLICT'])
    })

    test('the event has all of it too, for streams and for the relay', async () => {
      const [ada, bob, conversationId] = await pair()
      await world.db.settled()
      await using stream = await world.subscribe(bob)
      await stream.next()
      const content = { latitude: 1, longitude: 2 }
      const { id } = await send(ada, { conversationId, type: 'LOCATION', content, mentions: { everyone: true } })
      const { rows } = await world.database.query<{ payload: object }>(
        `select payload from events.log where key = $1 and payload ->> 'id' = $2`,
        [conversationId, id],
      )
      expect(messageSent.parse(rows[0]?.payload)).toMatchObject({
        type: 'LOCATION',
        content,
        mentions: { everyone: true },
      })
      const { rows: kept } = await world.database.query(
        `select r.type, m.user_id from chat.receipts as r join chat.mentions as m using (message_id) where message_id = $1`,
        [id],
      )
      expect(kept).toEqual([{ type: 'LOCATION', user_id: null }])
    })
  })
})
