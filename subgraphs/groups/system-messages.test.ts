import type { ChatWorld } from '../../test/support/chat.ts'
import { messageStores, openWorldOn } from '../../test/support/message-stores.ts'
import type { UserIdentity } from '../../test/support/people.ts'
import { describeWith } from '../../test/support/services.ts'
import { succeed } from '../../test/support/subgraph.ts'

const READ = `query ($id: ID!) { conversation(id: $id) {
  lastSequence
  messages(first: 100) { edges { node { sequence type text content clientMessageId sender { id } } } }
} }`
interface Shown {
  sequence: number
  type: string
  text: string
  content: unknown
  clientMessageId: string | null
  sender: { id: string }
}

describe.each(messageStores)('With messages in %s, a group’s conversation', (kind) => {
  describeWith(kind, 'tells what happens to the group', () => {
    let world: ChatWorld
    beforeAll(async () => {
      world = await openWorldOn(kind)
    })
    afterAll(() => world[Symbol.asyncDispose]())

    const act = (by: UserIdentity, mutation: string, input: object, selection = 'group { id }') => {
      const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`
      return succeed(
        world.groups(by, `mutation ($input: ${type}) { ${mutation}(input: $input) { ${selection} } }`, { input }),
      )
    }
    const read = async (as: UserIdentity, id: string): Promise<Shown[]> => {
      const { lastSequence, messages } = (await succeed(world.ask(as, READ, { id }))).conversation
      const shown = messages.edges.map(({ node }: { node: Shown }) => node)
      expect(shown.at(-1)?.sequence).toBe(lastSequence)
      // Dense: nothing is missing between the first that the viewer sees and the last.
      for (const [at, { sequence }] of shown.entries()) expect(sequence).toBe(shown[0].sequence + at)
      return shown
    }
    const contents = (shown: readonly Shown[]) => shown.map(({ content, sender }) => [sender.id, content])

    test('by messages of who did what, among the messages of its members', async () => {
      const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
      const groupId = await world.group(ada, bob)
      await world.send(bob, groupId, 'hello')
      await world.add(ada, groupId, eve)
      await act(ada, 'updateGroup', { groupId, title: 'Sailors', description: 'On the lake' })
      await act(ada, 'updateGroup', { groupId, title: 'Sailors' }) // changes nothing
      await act(ada, 'setGroupRole', { groupId, userId: bob.userId, role: 'ADMIN' })
      await act(bob, 'removeGroupMember', { groupId, userId: eve.userId })
      await act(ada, 'transferGroupOwnership', { groupId, userId: bob.userId })
      await act(ada, 'leaveGroup', { groupId }, 'groupId')
      const shown = await read(bob, groupId)
      expect(contents(shown)).toEqual([
        [ada.userId, { event: 'GROUP_CREATED', title: 'Group' }],
        [bob.userId, null],
        [ada.userId, { event: 'MEMBERS_JOINED', userIds: [eve.userId], count: 1 }],
        [ada.userId, { event: 'GROUP_UPDATED', changed: ['title', 'description'], title: 'Sailors' }],
        [ada.userId, { event: 'ROLE_CHANGED', userIds: [bob.userId], role: 'ADMIN' }],
        [bob.userId, { event: 'MEMBER_REMOVED', userIds: [eve.userId] }],
        [ada.userId, { event: 'ROLE_CHANGED', userIds: [bob.userId], role: 'OWNER' }],
        [ada.userId, { event: 'MEMBER_LEFT', userIds: [ada.userId] }],
      ])
      const own = shown.filter(({ content }) => content !== null)
      for (const message of own) expect(message).toMatchObject({ type: 'SYSTEM', text: '', clientMessageId: null })
    })

    test('to its members alone: who joins sees it from then on, and who left sees nothing of it', async () => {
      const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
      const groupId = await world.group(ada, bob)
      await world.db.settled()
      await using ofEve = await world.subscribe(eve)
      await ofEve.next()
      await world.add(ada, groupId, eve)
      expect(contents(await read(eve, groupId))).toEqual([
        [ada.userId, { event: 'MEMBERS_JOINED', userIds: [eve.userId], count: 1 }],
      ])
      await world.remove(ada, groupId, eve)
      expect((await succeed(world.ask(eve, READ, { id: groupId }))).conversation).toBeNull()
      const { rows } = await world.database.query<{ payload: { content: { event: string } }; recipients: string[] }>(
        `select l.payload, array(
           select user_id::text from chat.recipients(array[l.key::uuid], array[l.epoch], array[l.xid], array[l.id])
         ) as recipients
         from events.log as l where l.key = $1 and l.kind = 'chat.MessageSent' order by l.epoch, l.xid, l.id`,
        [groupId],
      )
      expect(rows.map(({ payload, recipients }) => [payload.content.event, recipients.includes(eve.userId)])).toEqual([
        ['GROUP_CREATED', false],
        ['MEMBERS_JOINED', true],
        ['MEMBER_REMOVED', false],
      ])
    })

    test('by one message for 1,000 who joined, which names twenty', async () => {
      const ada = await world.person()
      const groupId = await world.group(ada)
      const { rows } = await world.database.query<{ id: string }>(
        `insert into users.account (id, address, display_name, created_at)
         select gen_random_uuid(), n || '@crowd.example.org', 'Crowd', now() from generate_series(1, 1000) as n
         returning id`,
      )
      const userIds = rows.map(({ id }) => id)
      await act(ada, 'addGroupMembers', { groupId, userIds })
      const [, joined, ...more] = await read(ada, groupId)
      expect(joined?.content).toEqual({ event: 'MEMBERS_JOINED', userIds: userIds.slice(0, 20), count: 1_000 })
      expect(more).toEqual([])
    })

    test('but not who comes and goes where members do not see each other', async () => {
      const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
      const { createGroup } = await act(ada, 'createGroup', {
        title: 'News',
        kind: 'BROADCAST',
        memberIds: [bob.userId],
      })
      const groupId: string = createGroup.group.id
      await world.add(ada, groupId, eve)
      await act(ada, 'setGroupRole', { groupId, userId: eve.userId, role: 'ADMIN' })
      await world.remove(ada, groupId, eve)
      await act(bob, 'leaveGroup', { groupId }, 'groupId')
      await act(ada, 'updateGroup', { groupId, title: 'Old news' })
      expect(contents(await read(ada, groupId)).map(([, content]) => content)).toMatchObject([
        { event: 'GROUP_CREATED' },
        { event: 'GROUP_UPDATED', title: 'Old news' },
      ])
    })

    test('densely, while members send at once', async () => {
      const [ada, bob] = [await world.person(), await world.person()]
      const groupId = await world.group(ada, bob)
      const sends = Array.from({ length: 20 }, (_, at) => world.send(at % 2 ? ada : bob, groupId, `${at}`))
      const renames = Array.from({ length: 10 }, (_, at) => act(ada, 'updateGroup', { groupId, title: `Title ${at}` }))
      await Promise.all([...sends, ...renames])
      expect(await read(bob, groupId)).toHaveLength(31)
    })

    test('by messages that nobody can forward or send', async () => {
      const [ada, bob] = [await world.person(), await world.person()]
      const groupId = await world.group(ada, bob)
      const { rows } = await world.database.query<{ id: string; clientMessageId: string }>(
        `select message_id as id, client_message_id as "clientMessageId" from chat.receipts where conversation_id = $1`,
        [groupId],
      )
      const send = (input: object) =>
        world.ask(ada, 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }', {
          input: { conversationId: groupId, clientMessageId: 'a', ...input },
        })
      expect((await send({ forwardOfId: rows[0]?.id })).codes).toEqual(['BAD_USER_INPUT'])
      const sameName = { text: 'x', clientMessageId: rows[0]?.clientMessageId }
      expect((await send(sameName)).codes).toEqual(['BAD_USER_INPUT'])
    })
  })
})
