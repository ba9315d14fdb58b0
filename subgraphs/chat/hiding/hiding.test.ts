import { v7 } from 'uuid'
import type { ChatWorld } from '../../../test/support/chat.ts'
import { messageStores, openWorldOn } from '../../../test/support/message-stores.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { describeWith } from '../../../test/support/services.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { markErased } from '../erasure/store.ts'
import { indexOnce } from '../search/job.ts'
import { findUnwanted } from '../messages/push-refusals.ts'
import { MAX_HIDDEN } from './limits.ts'

const ACT = `mutation ($ids: [ID!]!) { deleteMessagesForMe(input: { messageIds: $ids }) {
  conversations { id unreadCount lastMessage { id } }
} }`
const PAGE = `edges { cursor node { id text } } pageInfo { hasPreviousPage hasNextPage startCursor endCursor }`

for (const kind of messageStores) {
  describeWith(kind, `Deleting messages for oneself (${kind})`, () => {
    let world: ChatWorld
    beforeAll(async () => {
      world = await openWorldOn(kind)
    })
    afterAll(() => world[Symbol.asyncDispose]())

    const tryTo = (as: Parameters<ChatWorld['ask']>[0], ...ids: string[]) => world.ask(as, ACT, { ids })
    const hide = async (as: UserIdentity, ...ids: string[]) =>
      (await succeed(tryTo(as, ...ids))).deleteMessagesForMe.conversations
    const say = async (from: UserIdentity, id: string, input: object) =>
      (
        await succeed(
          world.ask(
            from,
            `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id sequence } } }`,
            { input: { conversationId: id, clientMessageId: v7(), ...input } },
          ),
        )
      ).sendMessage.message as { id: string; sequence: number }
    const page = async (as: UserIdentity, id: string, args: string) =>
      (
        await succeed(
          world.ask(as, `query ($id: ID!) { conversation(id: $id) { messages(${args}) { ${PAGE} } } }`, { id }),
        )
      ).conversation.messages
    const texts = ({ edges }: { edges: { node: { text: string } }[] }) => edges.map(({ node }) => node.text)
    const told = async (who: UserIdentity) => {
      const { rows } = await world.database.query<{ payload: { messageIds: string[] } }>(
        `select payload from events.log where key = $1::text and kind = 'chat.MessagesDeletedForMe' order by id`,
        [who.userId],
      )
      return rows.map(({ payload }) => payload.messageIds)
    }
    const pair = async (count = 0) => {
      const [alice, bob] = [await world.person(), await world.person()]
      const id = await world.direct(alice, bob)
      const sent: { id: string; sequence: number }[] = []
      for (let n = 1; n <= count; n++) sent.push(await world.send(bob, id, `n${n}`))
      return { alice, bob, id, sent: sent.map((each) => each.id) }
    }

    test('pages keep their size and their cursors, forwards, backwards, from a number and around a message', async () => {
      const { alice, bob, id, sent } = await pair(10)
      // The others keep all: the numbers 3, 4, 5 and 9, 10 go for alice.
      await hide(alice, ...[3, 4, 5, 9, 10].map((n) => sent[n - 1]!))
      const first = await page(alice, id, 'first: 3')
      expect([texts(first), first.pageInfo.hasPreviousPage, first.pageInfo.hasNextPage]).toEqual([
        ['n1', 'n2', 'n6'],
        false,
        true,
      ])
      const rest = await page(alice, id, `first: 3, after: "${first.pageInfo.endCursor}"`)
      expect([texts(rest), rest.pageInfo.hasPreviousPage, rest.pageInfo.hasNextPage]).toEqual([
        ['n7', 'n8'],
        true,
        false,
      ])
      const last = await page(alice, id, 'last: 3')
      expect([texts(last), last.pageInfo.hasPreviousPage, last.pageInfo.hasNextPage]).toEqual([
        ['n6', 'n7', 'n8'],
        true,
        false,
      ])
      const before = await page(alice, id, `last: 3, before: "${last.pageInfo.startCursor}"`)
      expect([texts(before), before.pageInfo.hasPreviousPage, before.pageInfo.hasNextPage]).toEqual([
        ['n1', 'n2'],
        false,
        true,
      ])
      expect(texts(await page(alice, id, 'from: 3, first: 2'))).toEqual(['n6', 'n7'])
      expect(texts(await page(alice, id, `around: "${sent[5]}", first: 4`))).toContain('n6')
      expect(texts(await page(bob, id, 'first: 20'))).toHaveLength(10)
      expect(texts(await page(alice, id, `first: 9, filter: { senderId: "${bob.userId}" }`))).toEqual([
        'n1',
        'n2',
        'n6',
        'n7',
        'n8',
      ])
      const around = await world.ask(
        alice,
        `query ($id: ID!, $m: ID!) { conversation(id: $id) { messages(around: $m) { edges { cursor } } } }`,
        { id, m: sent[2] },
      )
      expect(around.codes).toEqual(['NOT_FOUND'])
    })

    test('what is left of a message that was deleted for everyone stays in the pages of one who hid another', async () => {
      const { alice, bob, id, sent } = await pair(3)
      await hide(alice, sent[0]!)
      await succeed(
        world.ask(bob, `mutation ($id: ID!) { deleteMessage(input: { messageId: $id }) { message { id } } }`, {
          id: sent[1],
        }),
      )
      expect(texts(await page(alice, id, 'first: 5'))).toEqual(['', 'n3'])
    })

    test('the message is not the last one, is not counted as unread, and is not shown by id or by what a send returns', async () => {
      const { alice, bob, id, sent } = await pair(3)
      expect(await hide(alice, sent[2]!)).toEqual([{ id, unreadCount: 2, lastMessage: { id: sent[1] } }])
      const seen = (as: UserIdentity) =>
        succeed(
          world.ask(
            as,
            `query ($m: ID!, $of: [_Any!]!) {
              message(id: $m) { text } _entities(representations: $of) { ... on Message { text } }
              unreadCounts { messages conversations } conversations { edges { node { lastMessage { text } } } }
              unread: conversationCount(filter: { unread: true })
            }`,
            { m: sent[2], of: [{ __typename: 'Message', id: sent[2] }] },
          ),
        )
      expect(await seen(alice)).toEqual({
        message: null,
        _entities: [null],
        unreadCounts: { messages: 2, conversations: 1 },
        conversations: { edges: [{ node: { lastMessage: { text: 'n2' } } }] },
        unread: 1,
      })
      expect(await seen(bob)).toMatchObject({ message: { text: 'n3' }, _entities: [{ text: 'n3' }] })
      expect(await hide(alice, sent[0]!, sent[1]!)).toEqual([{ id, unreadCount: 0, lastMessage: null }])
      expect(await seen(alice)).toMatchObject({
        unreadCounts: { messages: 0, conversations: 0 },
        conversations: { edges: [{ node: { lastMessage: null } }] },
        unread: 0,
      })
      const next = await world.send(bob, id, 'n4')
      expect(await seen(alice)).toMatchObject({
        unreadCounts: { messages: 1 },
        conversations: { edges: [{ node: { lastMessage: { text: 'n4' } } }] },
      })
      // What a sender is answered is by the same rule, also by a retry whose message the sender hid.
      const again = (clientMessageId: string) =>
        succeed(
          world.ask(
            alice,
            `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message {
              id conversation { lastMessage { id } messages { edges { node { text } } } }
            } } }`,
            { input: { conversationId: id, clientMessageId, text: 'mine' } },
          ),
        )
      const clientMessageId = v7()
      const mine = (await again(clientMessageId)).sendMessage.message
      expect(texts(mine.conversation.messages)).toEqual(['n4', 'mine'])
      await hide(alice, mine.id)
      expect((await again(clientMessageId)).sendMessage.message).toEqual({
        id: mine.id,
        conversation: { lastMessage: { id: next.id }, messages: { edges: [{ node: { text: 'n4' } }] } },
      })
    })

    test('replies, mentions, the origin of a forward, pinned messages, search and files leave it out, for its user alone', async () => {
      const { alice, bob, id } = await pair()
      const mediaId = v7()
      await world.database.query(
        `insert into chat.media (id, owner_id, content_type, bytes, created_at, complete, unused_since)
         values ($1::uuid, $2::uuid, 'image/png', 5, now(), true, now())`,
        [mediaId, bob.userId],
      )
      const asked = await say(bob, id, { text: 'walnut', mentions: { userIds: [alice.userId] } })
      const everyone = await say(bob, id, { text: 'walnut everyone', mentions: { everyone: true } })
      const reply = await say(bob, id, { text: 'walnut reply', replyToId: asked.id })
      const forward = await say(bob, id, { forwardOfId: asked.id })
      const file = await say(bob, id, { type: 'FILE', mediaIds: [mediaId] })
      for (const messageId of [asked.id, reply.id])
        await succeed(
          world.ask(bob, `mutation ($m: ID!) { pinMessage(input: { messageId: $m }) { conversation { id } } }`, {
            m: messageId,
          }),
        )
      await world.db.settled()
      await indexOnce({ ...world, log: silentLog, language: 'simple' }, 'test')
      const seen = async (as: UserIdentity) => {
        const found = await succeed(
          world.ask(
            as,
            `query ($id: ID!, $asked: ID!, $reply: ID!, $forward: ID!, $media: ID!) {
              asked: message(id: $asked) { replies { edges { node { id } } } reactions { emoji } }
              reply: message(id: $reply) { replyTo { id } }
              forward: message(id: $forward) { forwardedFrom { message { id } } }
              mentions { edges { node { id } } }
              all: searchMessages(query: "walnut") { edges { node { id } } }
              one: searchMessages(query: "walnut", conversationId: $id) { edges { node { id } } }
              media(id: $media) { id }
              conversation(id: $id) {
                pinnedMessages { edges { node { id } } }
                files: messages(filter: { types: [FILE] }) { edges { node { id } } pageInfo { hasNextPage } }
              }
            }`,
            { id, asked: asked.id, reply: reply.id, forward: forward.id, media: mediaId },
          ),
        )
        const ids = (connection: { edges: { node: { id: string } }[] } | undefined) =>
          connection?.edges.map(({ node }) => node.id)
        return {
          replies: ids(found.asked?.replies),
          replyTo: found.reply?.replyTo?.id,
          origin: found.forward?.forwardedFrom.message?.id,
          mentions: ids(found.mentions),
          all: ids(found.all),
          one: ids(found.one),
          media: found.media?.id,
          pinned: ids(found.conversation.pinnedMessages),
          files: ids(found.conversation.files),
        }
      }
      const words = [forward.id, reply.id, everyone.id, asked.id]
      const whole = {
        replies: [reply.id],
        replyTo: asked.id,
        origin: asked.id,
        mentions: [everyone.id, asked.id],
        all: words,
        one: words,
        media: mediaId,
        pinned: [reply.id, asked.id],
        files: [file.id],
      }
      expect(await seen(alice)).toEqual(whole)
      await hide(alice, asked.id)
      expect(await seen(alice)).toEqual({
        ...whole,
        replies: undefined,
        replyTo: undefined,
        origin: undefined,
        mentions: [everyone.id],
        all: words.slice(0, 3),
        one: words.slice(0, 3),
        pinned: [reply.id],
      })
      await hide(alice, everyone.id, reply.id, file.id)
      expect(await seen(alice)).toMatchObject({
        mentions: [],
        all: [forward.id],
        one: [forward.id],
        pinned: [],
        files: [],
        media: undefined,
      })
      expect(await seen(bob)).toEqual({ ...whole, mentions: [] })
    })

    test('a reply that its reader hid is no reply of the message, and a hidden one takes no answer, reaction, pin, edit or deletion', async () => {
      const { alice, bob, id } = await pair()
      const asked = await say(alice, id, { text: 'asked' })
      const reply = await say(bob, id, { text: 'reply', replyToId: asked.id })
      await hide(alice, reply.id)
      const replies = async (as: UserIdentity) =>
        (
          await succeed(
            world.ask(as, `query ($m: ID!) { message(id: $m) { replies { edges { node { id } } } } }`, { m: asked.id }),
          )
        ).message.replies.edges.length
      expect([await replies(alice), await replies(bob)]).toEqual([0, 1])
      await hide(alice, asked.id)
      const refused = async (field: string, input: string) =>
        (await world.ask(alice, `mutation { ${field}(input: { ${input} }) { __typename } }`)).codes
      for (const [field, more] of [
        ['addReaction', ', emoji: "👍"'],
        ['pinMessage', ''],
        ['editMessage', ', text: "other"'],
        ['deleteMessage', ''],
      ] as const)
        expect([field, await refused(field, `messageId: "${asked.id}"${more}`)]).toEqual([field, ['NOT_FOUND']])
      const send = `conversationId: "${id}", clientMessageId: "${v7()}"`
      expect(await refused('sendMessage', `${send}, text: "Hi", replyToId: "${asked.id}"`)).toEqual(['NOT_FOUND'])
      expect(await refused('sendMessage', `${send}, forwardOfId: "${asked.id}"`)).toEqual(['NOT_FOUND'])
    })

    test('only the other devices of the user hear of it, once, and nobody gets a second event for a repetition', async () => {
      const { alice, bob, id, sent } = await pair(3)
      const other = await world.group(bob, alice)
      const elsewhere = await world.send(bob, other, 'elsewhere')
      await hide(alice, sent[1]!, sent[0]!, elsewhere.id, sent[0]!)
      await hide(alice, sent[0]!, elsewhere.id)
      await hide(alice, sent[0]!, sent[2]!)
      const events = await told(alice)
      expect(events).toHaveLength(3)
      expect(events).toEqual(expect.arrayContaining([[sent[0], sent[1]], [elsewhere.id], [sent[2]]]))
      expect(await told(bob)).toEqual([])
      expect(texts(await page(bob, id, 'first: 5'))).toEqual(['n1', 'n2', 'n3'])
    })

    test('strangers, former members, admins and nobody are refused, and nothing is deleted if one message is not seen', async () => {
      const [alice, bob, eve] = [await world.person(), await world.person(), await world.person()]
      const id = await world.group(alice, bob)
      const [one, two] = [await world.send(alice, id, 'one'), await world.send(alice, id, 'two')]
      for (const what of [one.id, v7(), 'nothing']) expect((await tryTo(eve, what)).codes).toEqual(['NOT_FOUND'])
      for (const who of [anonymous, admin]) expect((await tryTo(who, one.id)).codes).toEqual(['UNAUTHENTICATED'])
      expect((await tryTo(bob, one.id, v7())).codes).toEqual(['NOT_FOUND'])
      expect(await told(bob)).toEqual([])
      expect(texts(await page(bob, id, 'last: 2'))).toEqual(['one', 'two'])
      for (const ids of [[], Array.from({ length: 101 }, () => v7())])
        expect((await tryTo(bob, ...ids)).codes).toEqual(['BAD_USER_INPUT'])
      await hide(bob, two.id)
      await world.remove(alice, id, bob)
      expect((await tryTo(bob, one.id)).codes).toEqual(['NOT_FOUND'])
    })

    test('the number is limited by conversation, and clearing it makes room; what is left is in the export until the erasure', async () => {
      const { alice, bob, id, sent } = await pair(2)
      const rows = async () =>
        (
          await world.database.query<{ sequence: number }>(
            'select sequence from chat.hidden_messages where user_id = $1::uuid order by sequence limit 3',
            [alice.userId],
          )
        ).rows.map(({ sequence }) => sequence)
      await world.database.query(
        `insert into chat.hidden_messages select $1::uuid, $2::uuid, -n from generate_series(1, $3::integer) as n`,
        [alice.userId, id, MAX_HIDDEN - 1],
      )
      expect((await tryTo(alice, ...sent)).codes).toEqual(['LIMIT_REACHED'])
      await hide(alice, sent[0]!)
      expect((await tryTo(alice, sent[1]!)).codes).toEqual(['LIMIT_REACHED'])
      await succeed(
        world.ask(
          alice,
          `mutation ($id: ID!) { clearConversation(input: { conversationId: $id }) { conversation { id } } }`,
          { id },
        ),
      )
      expect(await rows()).toEqual([])
      const next = await world.send(bob, id)
      await hide(alice, next.id)
      expect(await rows()).toEqual([next.sequence])
      const { _entities } = await succeed(
        world.ask(
          alice,
          `query ($of: [_Any!]!) { _entities(representations: $of) { ... on MyData { chat(first: 50) { edges { node { kind data } } } } } }`,
          { of: [{ __typename: 'MyData', id: alice.userId }] },
        ),
      )
      expect(_entities[0].chat.edges).toContainEqual({
        node: {
          kind: 'chat.hiddenMessage',
          data: { conversationId: id, sequence: next.sequence, messageId: next.id },
        },
      })
      const push = { messageId: next.id, conversationId: id, mentioned: false }
      expect(
        await findUnwanted(
          world.database,
          [alice, bob].map(({ userId }) => ({ ...push, userId })),
        ),
      ).toEqual(['DELETED', null])
      await markErased(world.database, alice.userId, new Date(), true)
      expect(await rows()).toEqual([])
    })
  })
}
