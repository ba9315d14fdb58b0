import { v7 } from 'uuid'
import type { ChatWorld } from '../../../test/support/chat.ts'
import { makeMessageActs } from '../../../test/support/message-changes.ts'
import { messageStores, openWorldOn } from '../../../test/support/message-stores.ts'
import { describeWith } from '../../../test/support/services.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { findFaults, findLostBodies } from '../consistency/check.ts'

const REVIEW = `mutation ($input: ReviewMessagesInput!) {
  reviewMessages(input: $input) {
    conversationId
    messages { id sequence senderId sender { id } type text content mediaIds replyToId version deletedAt deletedById }
    hasEarlier
  }
}`
const REMOVE = 'mutation ($input: RemoveMessageInput!) { removeMessage(input: $input) { messageId } }'
const PURGE = 'mutation ($input: PurgeMessageInput!) { purgeMessage(input: $input) { messageId } }'
const VERSIONS = 'query ($id: ID!) { messageVersions(messageId: $id) { edges { node { text } } } }'
const clerk = (...roles: string[]) => ({ kind: 'admin', adminId: 'clerk', roles }) as const

describe.each(messageStores)('An admin of the server, in %s,', (kind) => {
  describeWith(kind, 'who looks after messages', () => {
    let world: ChatWorld
    let acts: ReturnType<typeof makeMessageActs>
    beforeAll(async () => {
      world = await openWorldOn(kind)
      acts = makeMessageActs(world)
    })
    afterAll(async () => {
      expect(await findFaults(world.database)).toEqual([])
      expect(await findLostBodies(world.database, world.store)).toEqual([])
      await world[Symbol.asyncDispose]()
    })

    const review = async (input: object, who: Parameters<ChatWorld['ask']>[0] = admin) =>
      (await succeed(world.ask(who, REVIEW, { input: { reason: 'A report', ...input } }))).reviewMessages
    const textsOf = ({ messages }: { messages: { text: string }[] }) => messages.map(({ text }) => text)
    const code = async (who: Parameters<ChatWorld['ask']>[0], document: string, input: object) =>
      (await world.ask(who, document, { input })).codes[0]
    const logged = async (targetId: string) => {
      const { rows } = await world.database.query(
        `select kind, actor_id as "by", user_id as "userId", detail ->> 'note' as note from users.security_event
         where target_id = $1::text order by id`,
        [targetId],
      )
      return rows
    }
    const people = () => Promise.all([world.person(), world.person()])

    test('reads any conversation, page by page and around a message, and each call is in the log with its reason', async () => {
      const [ada, bob] = await people()
      const id = await world.group(ada, bob)
      const sent = []
      for (let n = 1; n <= 7; n++) sent.push(await acts.send(n % 2 ? ada : bob, id, { text: `${n}` }))
      const page = await review({ conversationId: id, first: 3 }, clerk('messages:read'))
      expect(textsOf(page)).toEqual(['7', '6', '5'])
      expect(page.hasEarlier).toBe(true)
      const earlier = await review({ conversationId: id, first: 4, beforeSequence: page.messages[2].sequence })
      expect(textsOf(earlier)).toEqual(['4', '3', '2', '1'])
      expect(page.messages[0]).toMatchObject({
        senderId: ada.userId,
        sender: { id: ada.userId },
        type: 'TEXT',
        version: 1,
      })
      expect(textsOf(await review({ messageId: sent[3]!.id, first: 3 }))).toEqual(['5', '4', '3'])
      expect(textsOf(await review({ messageId: sent[6]!.id, first: 2 }))).toEqual(['7', '6'])
      expect((await logged(id)).map(({ kind: act, by, note }) => [act, by, note])).toEqual([
        ['MESSAGES_REVIEWED', 'clerk', 'A report'],
        ['MESSAGES_REVIEWED', 'root', 'A report'],
        ['MESSAGES_REVIEWED', 'root', 'A report'],
        ['MESSAGES_REVIEWED', 'root', 'A report'],
      ])
    })

    test('deletes a message for everyone; moderators may still read it, and everybody hears of it', async () => {
      const [ada, bob] = await people()
      const id = await world.group(ada, bob)
      const sent = await acts.send(bob, id, { text: 'An insult' })
      await acts.edit(bob, sent.id, 'A worse one')
      for (let turn = 0; turn < 2; turn++) {
        const removed = await succeed(
          world.ask(clerk('messages:write'), REMOVE, { input: { messageId: sent.id, reason: 'Hate' } }),
        )
        expect(removed.removeMessage.messageId).toBe(sent.id)
      }
      expect(await acts.message(ada, sent.id)).toMatchObject({ text: '', sequence: sent.sequence })
      expect(await acts.message(ada, sent.id)).toHaveProperty('deletedAt', expect.any(String))
      const { messageVersions } = await succeed(world.ask(admin, VERSIONS, { id: sent.id }))
      expect(messageVersions.edges.map(({ node }: { node: { text: string } }) => node.text)).toEqual([
        'A worse one',
        'An insult',
      ])
      expect((await review({ messageId: sent.id })).messages[0]).toMatchObject({
        id: sent.id,
        text: '',
        deletedById: null,
      })
      expect(await logged(sent.id)).toEqual([
        { kind: 'MESSAGE_REMOVED', by: 'clerk', userId: bob.userId, note: 'Hate' },
      ])
    })

    test('purges a message, and says why', async () => {
      const [ada, bob] = await people()
      const sent = await acts.send(ada, await world.group(ada, bob), { text: 'A secret' })
      const input = { messageId: sent.id, reason: 'A court asked for it' }
      await succeed(world.ask(admin, PURGE, { input }))
      expect(await logged(sent.id)).toEqual([
        { kind: 'MESSAGE_PURGED', by: 'root', userId: null, note: 'A court asked for it' },
      ])
    })

    test.each<[string, object, string]>([
      ['nothing', {}, 'BAD_USER_INPUT'],
      ['a conversation and a message', { conversationId: v7(), messageId: v7() }, 'BAD_USER_INPUT'],
      ['no reason', { conversationId: v7(), reason: ' ' }, 'BAD_USER_INPUT'],
      ['too long a reason', { conversationId: v7(), reason: 'x'.repeat(501) }, 'BAD_USER_INPUT'],
      ['101 messages', { conversationId: v7(), first: 101 }, 'BAD_USER_INPUT'],
      ['what is before the first', { conversationId: v7(), beforeSequence: 0 }, 'BAD_USER_INPUT'],
      ['what is around and before', { messageId: v7(), beforeSequence: 3 }, 'BAD_USER_INPUT'],
      ['an unknown conversation', { conversationId: v7() }, 'NOT_FOUND'],
      ['an unknown message', { messageId: v7() }, 'NOT_FOUND'],
      ['what is no id', { conversationId: "' or 1=1 --" }, 'NOT_FOUND'],
    ])('does not read %s', async (_, input, refusal) => {
      expect(await code(admin, REVIEW, { reason: 'A report', ...input })).toBe(refusal)
    })

    test('needs the scope; users and strangers are refused', async () => {
      const [ada, bob] = await people()
      const id = await world.group(ada, bob)
      const { id: messageId } = await acts.send(ada, id, { text: 'Hello' })
      const looking = { conversationId: id, reason: 'Curious' }
      const removing = { messageId, reason: 'Curious' }
      for (const who of [ada, anonymous]) {
        expect(await code(who, REVIEW, looking)).toBe('UNAUTHENTICATED')
        expect(await code(who, REMOVE, removing)).toBe('UNAUTHENTICATED')
      }
      for (const who of [clerk(), clerk('users:write')]) expect(await code(who, REVIEW, looking)).toBe('FORBIDDEN')
      expect(await code(clerk('messages:read'), REMOVE, removing)).toBe('FORBIDDEN')
      expect(await code(admin, REMOVE, { messageId: v7(), reason: 'Hate' })).toBe('NOT_FOUND')
      expect(await code(admin, REMOVE, { messageId, reason: '' })).toBe('BAD_USER_INPUT')
      expect(await acts.message(bob, messageId)).toMatchObject({ text: 'Hello', deletedAt: null })
      expect(await logged(id)).toEqual([])
    })
  })
})
