import type { ChatWorld } from '../../../test/support/chat.ts'
import { makeMessageActs } from '../../../test/support/message-changes.ts'
import { messageStores, openWorldOn } from '../../../test/support/message-stores.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { describeWith } from '../../../test/support/services.ts'
import { succeed } from '../../../test/support/subgraph.ts'

describe.each(messageStores)('Deleting for everyone, in %s:', (kind) => {
  describeWith(kind, 'messages', () => {
    let world: ChatWorld
    let acts: ReturnType<typeof makeMessageActs>
    beforeAll(async () => {
      world = await openWorldOn(kind)
      acts = makeMessageActs(world)
    })
    afterAll(() => world[Symbol.asyncDispose]())

    const pair = async (): Promise<[UserIdentity, UserIdentity, string]> => {
      const [ada, bob] = [await world.person(), await world.person()]
      return [ada, bob, await world.direct(ada, bob)]
    }

    test('a deleted message keeps its number and its place in a thread, and says nothing any more', async () => {
      const [ada, bob, id] = await pair()
      const first = await acts.send(bob, id)
      const sent = await acts.send(ada, id, {
        type: 'LOCATION',
        content: { latitude: 1, longitude: 2 },
        text: 'secret @bob',
        replyToId: first.id,
        mentions: { userIds: [bob.userId] },
      })
      await acts.edit(ada, sent.id, 'secret edited @bob', { mentions: { userIds: [bob.userId] } })
      const gone = await acts.delete(ada, sent.id)
      const left = {
        text: '',
        content: null,
        mentions: null,
        version: 3,
        editedAt: null,
        deletedBy: { id: ada.userId },
      }
      expect(gone).toEqual({ ...sent, ...left, deletedAt: expect.any(String) })
      const seen = { ...gone, clientMessageId: null }
      expect(await acts.message(bob, sent.id)).toEqual(seen)
      expect((await acts.history(bob, id))[1]).toEqual(seen)
      const { mentions, conversation } = await succeed(
        world.ask(
          bob,
          `query ($id: ID!) {
            mentions { edges { node { id } } }
            conversation(id: $id) { lastSequence unreadCount lastMessage { id deletedAt } }
          }`,
          { id },
        ),
      )
      expect(mentions.edges).toEqual([])
      // It was the only one that Bob had not read.
      expect(conversation).toEqual({
        lastSequence: 2,
        unreadCount: 0,
        lastMessage: { id: sent.id, deletedAt: gone.deletedAt },
      })
    })

    test('nothing of it is left in the event log', async () => {
      const [ada, , id] = await pair()
      const sent = await acts.send(ada, id, { text: 'a secret' })
      await acts.edit(ada, sent.id, 'a secret that was edited')
      await acts.delete(ada, sent.id)
      const { rows } = await world.database.query<{ kind: string; payload: object }>(
        'select kind, payload from events.log where key = $1::text order by epoch, xid, id',
        [id],
      )
      expect(rows.map((row) => row.kind)).toEqual(['chat.MessageSent', 'chat.MessageEdited', 'chat.MessageDeleted'])
      expect(JSON.stringify(rows)).not.toContain('secret')
      for (const { payload } of rows) expect(payload).toMatchObject({ id: sent.id, sequence: 1, version: 3, text: '' })
    })

    test('a message that is deleted already stays as it is, also where two delete it at the same moment', async () => {
      const [ada, bob] = [await world.person(), await world.person()]
      const id = await world.group(ada, bob)
      const sent = await acts.send(bob, id)
      const answers = await Promise.all([ada, bob, ada, bob].map((who) => acts.delete(who, sent.id)))
      const kept = await acts.message(ada, sent.id)
      for (const answer of answers) expect({ ...answer, clientMessageId: null }).toEqual(kept)
      expect(kept).toMatchObject({ version: 2 })
    })

    test('an edit and a deletion at the same moment end in a deleted message', async () => {
      for (let round = 0; round < 5; round++) {
        const [ada, bob, id] = await pair()
        const sent = await acts.send(ada, id)
        const [edit] = await Promise.all([acts.tryEdit(ada, sent.id, 'edited'), acts.delete(ada, sent.id)])
        expect(edit.codes.filter((code) => code !== 'MESSAGE_DELETED')).toEqual([])
        expect(await acts.message(bob, sent.id)).toMatchObject({ text: '', deletedAt: expect.any(String) })
        expect(await acts.history(bob, id)).toMatchObject([{ text: '' }])
      }
    })

    test('a retried send of a deleted message is answered with what is left of it', async () => {
      const [ada, , id] = await pair()
      const said = { text: 'gone', clientMessageId: 'once' }
      const sent = await acts.send(ada, id, said)
      await acts.delete(ada, sent.id)
      expect(await acts.send(ada, id, said)).toMatchObject({ id: sent.id, text: '', version: 2 })
      expect(await acts.history(ada, id)).toHaveLength(1)
    })

    test('a deleted message is neither edited, answered nor forwarded; what was forwarded before stays', async () => {
      const [ada, bob, id] = await pair()
      const sent = await acts.send(ada, id)
      const { sendMessage: forward } = await succeed(acts.trySend(bob, id, { forwardOfId: sent.id }))
      await acts.delete(ada, sent.id)
      expect((await acts.tryEdit(ada, sent.id, 'again')).codes).toEqual(['MESSAGE_DELETED'])
      expect((await acts.trySend(bob, id, { text: 'why', replyToId: sent.id })).codes).toEqual(['MESSAGE_DELETED'])
      expect((await acts.trySend(bob, id, { forwardOfId: sent.id })).codes).toEqual(['MESSAGE_DELETED'])
      expect(await acts.message(bob, forward.message.id)).toMatchObject({ text: 'Hello', deletedAt: null })
    })

    test('a forward of an edited message says what the message says now', async () => {
      const [ada, bob, id] = await pair()
      const sent = await acts.send(ada, id)
      await acts.edit(ada, sent.id, 'edited')
      const { sendMessage } = await succeed(acts.trySend(bob, id, { forwardOfId: sent.id }))
      expect(sendMessage.message).toMatchObject({ text: 'edited', version: 1, editedAt: null })
    })

    test('others may delete it in a group that they manage, and nowhere else', async () => {
      const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
      const direct = await world.direct(ada, bob)
      const own = await acts.send(ada, direct)
      expect((await acts.tryDelete(bob, own.id)).codes).toEqual(['FORBIDDEN'])
      const group = await world.group(ada, bob, eve)
      const sent = await acts.send(bob, group)
      expect((await acts.tryDelete(eve, sent.id)).codes).toEqual(['FORBIDDEN'])
      expect((await acts.tryDelete(await world.person(), sent.id)).codes).toEqual(['NOT_FOUND'])
      expect((await acts.tryDelete(ada, 'no id')).codes).toEqual(['NOT_FOUND'])
      expect(await acts.delete(ada, sent.id)).toMatchObject({ deletedBy: { id: ada.userId } })
    })

    test('a former member deletes nothing, and nobody deletes what the server said', async () => {
      const [ada, bob] = [await world.person(), await world.person()]
      const group = await world.group(ada, bob)
      const sent = await acts.send(bob, group)
      const [said] = await acts.history(ada, group)
      expect((await acts.tryDelete(ada, said!.id)).codes).toEqual(['FORBIDDEN'])
      await world.remove(ada, group, bob)
      expect((await acts.tryDelete(bob, sent.id)).codes).toEqual(['NOT_FOUND'])
      expect(await acts.message(ada, sent.id)).toMatchObject({ text: 'Hello' })
    })
  })
})
