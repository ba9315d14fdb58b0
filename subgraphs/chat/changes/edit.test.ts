import type { ChatWorld } from '../../../test/support/chat.ts'
import { makeFriendActs } from '../../../test/support/friends.ts'
import { makeMessageActs } from '../../../test/support/message-changes.ts'
import { messageStores, openWorldOn } from '../../../test/support/message-stores.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { describeWith } from '../../../test/support/services.ts'
import { succeed } from '../../../test/support/subgraph.ts'
import { MAX_VERSIONS } from './limits.ts'

const HOUR_MS = 60 * 60_000

describe.each(messageStores)('Editing, in %s:', (kind) => {
  describeWith(kind, 'messages', () => {
    let world: ChatWorld
    let acts: ReturnType<typeof makeMessageActs>
    beforeAll(async () => {
      world = await openWorldOn(kind)
      acts = makeMessageActs(world)
    })
    afterAll(() => world[Symbol.asyncDispose]())
    afterEach(() => {
      world.clock.aheadMs = 0
    })

    const pair = async (): Promise<[UserIdentity, UserIdentity, string]> => {
      const [ada, bob] = [await world.person(), await world.person()]
      return [ada, bob, await world.direct(ada, bob)]
    }
    const groupRule = (by: UserIdentity, groupId: string, input: object) =>
      succeed(
        world.groups(by, 'mutation ($input: UpdateGroupInput!) { updateGroup(input: $input) { group { id } } }', {
          input: { groupId, ...input },
        }),
      )

    test('an edit replaces the text for everybody, and keeps number, type, answer and instant', async () => {
      const [ada, bob, id] = await pair()
      const first = await acts.send(bob, id)
      const sent = await acts.send(ada, id, { text: 'Helo', replyToId: first.id })
      const edited = await acts.edit(ada, sent.id, 'Hello')
      expect(edited).toEqual({ ...sent, text: 'Hello', version: 2, editedAt: expect.any(String) })
      const seen = { ...edited, clientMessageId: null }
      expect(await acts.message(bob, sent.id)).toEqual(seen)
      expect((await acts.history(bob, id))[1]).toEqual(seen)
      const { conversation } = await succeed(
        world.ask(bob, 'query ($id: ID!) { conversation(id: $id) { lastMessage { text version } } }', { id }),
      )
      expect(conversation.lastMessage).toEqual({ text: 'Hello', version: 2 })
    })

    test('a retried send of an edited message is answered with the message as it is now', async () => {
      const [ada, , id] = await pair()
      const sent = await acts.send(ada, id, { text: 'first', clientMessageId: 'once' })
      await acts.edit(ada, sent.id, 'second')
      expect(await acts.send(ada, id, { text: 'first', clientMessageId: 'once' })).toMatchObject({
        id: sent.id,
        text: 'second',
        version: 2,
      })
    })

    test('an edit to what the message says already makes no version, whatever version is expected', async () => {
      const [ada, , id] = await pair()
      const sent = await acts.send(ada, id)
      expect(await acts.edit(ada, sent.id, 'Hello')).toEqual(sent)
      const edited = await acts.edit(ada, sent.id, 'Hello!', { expectedVersion: 1 })
      expect(await acts.edit(ada, sent.id, 'Hello!', { expectedVersion: 1 })).toEqual(edited)
    })

    test('an edit of another version than the expected one is a conflict', async () => {
      const [ada, , id] = await pair()
      const sent = await acts.send(ada, id)
      await acts.edit(ada, sent.id, 'second')
      expect((await acts.tryEdit(ada, sent.id, 'third', { expectedVersion: 1 })).codes).toEqual(['CONFLICT'])
      expect(await acts.edit(ada, sent.id, 'third', { expectedVersion: 2 })).toMatchObject({ version: 3 })
    })

    test('edits at the same moment have one order: each makes a version, and the last one stays', async () => {
      const [ada, bob, id] = await pair()
      const sent = await acts.send(ada, id)
      const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => acts.edit(ada, sent.id, `text ${n}`)))
      expect(answers.map(({ version }) => version).sort()).toEqual([2, 3, 4, 5, 6])
      const last = answers.find(({ version }) => version === 6)
      expect(await acts.message(bob, sent.id)).toMatchObject({ text: last!.text, version: 6 })
    })

    test('of two edits at the same moment that expect one version, one is a conflict', async () => {
      const [ada, , id] = await pair()
      const sent = await acts.send(ada, id)
      const answers = await Promise.all(
        ['a', 'b'].map((text) => acts.tryEdit(ada, sent.id, text, { expectedVersion: 1 })),
      )
      expect(answers.flatMap(({ codes }) => codes)).toEqual(['CONFLICT'])
    })

    test('lists of mentions follow an edit, and who was mentioned and has left may stay mentioned', async () => {
      const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
      const id = await world.group(ada, bob, eve)
      const mentionsOf = async (who: UserIdentity) =>
        (await succeed(world.ask(who, '{ mentions { edges { node { text } } } }'))).mentions.edges.map(
          ({ node }: { node: { text: string } }) => node.text,
        )
      const sent = await acts.send(ada, id, { text: '@bob', mentions: { userIds: [bob.userId] } })
      const both = { userIds: [bob.userId, eve.userId] }
      expect(await acts.edit(ada, sent.id, '@bob @eve', { mentions: both })).toMatchObject({ mentions: both })
      expect([await mentionsOf(bob), await mentionsOf(eve)]).toEqual([['@bob @eve'], ['@bob @eve']])
      await world.remove(ada, id, bob)
      await acts.edit(ada, sent.id, '@bob, @eve', { mentions: both })
      expect(await acts.edit(ada, sent.id, 'nobody')).toMatchObject({ mentions: null })
      expect(await mentionsOf(eve)).toEqual([])
      expect((await acts.tryEdit(ada, sent.id, '@bob', { mentions: { userIds: [bob.userId] } })).codes).toEqual([
        'MENTIONS_NO_MEMBER',
      ])
    })

    test('an edit and the removal of its sender at the same moment: it is told before the removal, or refused', async () => {
      for (let round = 0; round < 5; round++) {
        const [ada, bob] = [await world.person(), await world.person()]
        const id = await world.group(ada, bob)
        const sent = await acts.send(bob, id)
        const [answer] = await Promise.all([acts.tryEdit(bob, sent.id, 'edited'), world.remove(ada, id, bob)])
        const { rows } = await world.database.query<{ kind: string }>(
          `select kind from events.log
           where key = $1::text and kind in ('chat.MessageEdited', 'groups.MemberLeft') order by epoch, xid, id`,
          [id],
        )
        const wasEdited = answer.codes.length === 0
        if (!wasEdited) expect(answer.codes).toEqual(['NOT_FOUND'])
        expect(rows.map((row) => row.kind)).toEqual([...(wasEdited ? ['chat.MessageEdited'] : []), 'groups.MemberLeft'])
        expect(await acts.message(ada, sent.id)).toMatchObject({ version: wasEdited ? 2 : 1 })
      }
    })

    test('only the sender may edit, and who cannot see the message does not learn of it', async () => {
      const [ada, bob, id] = await pair()
      const sent = await acts.send(ada, id)
      expect((await acts.tryEdit(bob, sent.id, 'mine')).codes).toEqual(['FORBIDDEN'])
      expect((await acts.tryEdit(await world.person(), sent.id, 'mine')).codes).toEqual(['NOT_FOUND'])
      expect((await acts.tryEdit(ada, 'no id', 'mine')).codes).toEqual(['NOT_FOUND'])
      expect(await acts.message(bob, sent.id)).toMatchObject({ text: 'Hello', version: 1 })
    })

    test('a text is checked as that of a new message, and a caption may go', async () => {
      const [ada, , id] = await pair()
      const sent = await acts.send(ada, id)
      for (const text of ['', ' ', 'a\0b', 'x'.repeat(10_001)])
        expect((await acts.tryEdit(ada, sent.id, text)).codes).toEqual(['BAD_USER_INPUT'])
      const place = { type: 'LOCATION', content: { latitude: 1, longitude: 2 }, text: 'Here' }
      const { id: placeId } = await acts.send(ada, id, place)
      expect(await acts.edit(ada, placeId, '')).toMatchObject({ text: '', content: place.content, version: 2 })
    })

    test('a forward, and a message of the server, are not edited', async () => {
      const [ada, , id] = await pair()
      const original = await acts.send(ada, id)
      const { sendMessage } = await succeed(acts.trySend(ada, id, { forwardOfId: original.id }))
      expect((await acts.tryEdit(ada, sendMessage.message.id, 'mine')).codes).toEqual(['NOT_EDITABLE'])
      const group = await world.group(ada, await world.person())
      const [said] = await acts.history(ada, group)
      expect(said).toMatchObject({ type: 'SYSTEM' })
      expect((await acts.tryEdit(ada, said!.id, 'mine')).codes).toEqual(['NOT_EDITABLE'])
    })

    test('after a day it is too late, and the answer says since when', async () => {
      const [ada, , id] = await pair()
      const sent = await acts.send(ada, id)
      world.clock.aheadMs = 23 * HOUR_MS
      await acts.edit(ada, sent.id, 'in time')
      world.clock.aheadMs = 24 * HOUR_MS
      const late = await acts.tryEdit(ada, sent.id, 'too late')
      expect(late.codes).toEqual(['EDIT_WINDOW_OVER'])
      expect(Date.parse(String(late.errors[0]!.extensions['until']))).toBeLessThanOrEqual(world.clock.now())
    })

    test('a message has at most a hundred versions', async () => {
      const [ada, , id] = await pair()
      const sent = await acts.send(ada, id)
      for (let version = 2; version <= MAX_VERSIONS; version++) await acts.edit(ada, sent.id, `text ${version}`)
      expect((await acts.tryEdit(ada, sent.id, 'one more')).codes).toEqual(['EDIT_LIMIT'])
    }, 30_000)

    test('who may not send may not edit, with the same code', async () => {
      const agree = async (who: UserIdentity, id: string, messageId: string, code: string) => {
        expect((await acts.trySend(who, id, { text: 'Hello' })).codes).toEqual([code])
        expect((await acts.tryEdit(who, messageId, 'changed')).codes).toEqual([code])
      }
      const friends = makeFriendActs(world.people, world.database)
      const [ada, bob, id] = await pair()
      const direct = await acts.send(bob, id)
      await friends.does('blockUser', ada, bob)
      await agree(bob, id, direct.id, 'NOT_ACCEPTED')

      const eve = await world.person()
      const group = await world.group(ada, eve)
      const sent = await acts.send(eve, group)
      const mute = (until: string | null) =>
        succeed(
          world.groups(
            ada,
            'mutation ($input: MuteGroupMemberInput!) { muteGroupMember(input: $input) { group { id } } }',
            {
              input: { groupId: group, userId: eve.userId, until },
            },
          ),
        )
      await mute(new Date(Date.now() + HOUR_MS).toISOString())
      await agree(eve, group, sent.id, 'MUTED')
      await mute(null)
      await groupRule(ada, group, { whoMaySend: 'ADMINS' })
      await agree(eve, group, sent.id, 'FORBIDDEN')
      await groupRule(ada, group, { whoMaySend: 'MEMBERS', slowModeSeconds: 60 })
      expect(await acts.edit(eve, sent.id, 'slow mode is about new messages')).toMatchObject({ version: 2 })
      await world.remove(ada, group, eve)
      await agree(eve, group, sent.id, 'NOT_FOUND')
    })
  })
})
