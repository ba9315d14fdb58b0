import { formatPosition } from '../platform/eventlog/position.ts'
import { toPosition, type PositionRow } from '../platform/eventlog/log.ts'
import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import type { Database } from '../platform/sql/sql.ts'
import { EVENT, openChatWorld, type ChatWorld, type InboxEvent } from '../test/support/chat.ts'
import { openGroupWorld } from '../test/support/group-world.ts'
import { kinds } from '../test/support/kinds.ts'
import { makeMessageActs } from '../test/support/message-changes.ts'
import type { UserIdentity } from '../test/support/people.ts'
import { describeWith } from '../test/support/services.ts'
import { admin, succeed } from '../test/support/subgraph.ts'
import { makeParkedEvents } from './parked-events.ts'
import { parkEvent } from './parked.ts'

type Row = PositionRow & Omit<LoggedEvent, 'position'>

/** Parks the latest event of this kind and key. Returns its id. */
async function park(database: Database, kind: string, key: string): Promise<string> {
  const { rows } = await database.query<Row>(
    `select * from events.log where kind = $1::text and key = $2::text order by epoch desc, xid desc, id desc limit 1`,
    [kind, key],
  )
  const event = { ...rows[0]!, position: toPosition(rows[0]!) }
  await parkEvent(database, event, 'It failed.')
  return formatPosition(event.position)
}

describeWith('postgres', 'Messages that were replayed', () => {
  let world: ChatWorld
  let acts: ReturnType<typeof makeMessageActs>
  beforeAll(async () => {
    world = await openChatWorld()
    acts = makeMessageActs(world)
  })
  afterAll(() => world[Symbol.asyncDispose]())

  const tryReplay = (ids: readonly string[]) =>
    world.people.ask(
      admin,
      'mutation ($ids: [ID!]!) { replayParkedEvents(input: { ids: $ids }) { results { outcome } } }',
      { ids },
    )
  const replay = async (kind: string, key: string) => {
    const { replayParkedEvents } = await succeed(tryReplay([await park(world.database, kind, key)]))
    expect(replayParkedEvents.results).toEqual([{ outcome: 'REPLAYED' }])
  }
  const sync = async (as: UserIdentity, after?: string): Promise<{ cursor: string; events: InboxEvent[] }> =>
    (
      await succeed(
        world.ask(as, `query ($after: Cursor) { sync(after: $after) { cursor events { ${EVENT} } } }`, {
          ...(after && { after }),
        }),
      )
    ).sync
  const inLog = async (key: string) => {
    const { rows } = await world.database.query<{ payload: { text?: string } }>(
      'select payload from events.log where key = $1::text',
      [key],
    )
    return rows.map(({ payload }) => payload.text)
  }
  const purge = (id: string) =>
    succeed(world.ask(admin, 'mutation ($id: ID!) { purgeMessage(input: { messageId: $id }) { messageId } }', { id }))

  test.each(['delete', 'purge'] as const)(
    'and edited, and replayed once more, say nothing anywhere after a %s, nor to who was away',
    async (how) => {
      const [ada, bob] = [await world.person(), await world.person()]
      const chat = await world.direct(ada, bob)
      const { cursor } = await sync(bob)
      const sent = await acts.send(ada, chat, { text: 'secret' })
      await replay('chat.MessageSent', chat)
      await acts.edit(ada, sent.id, 'secret that was edited')
      await replay('chat.MessageEdited', chat)
      // The latest one is the copy.
      for (const kind of ['chat.MessageSent', 'chat.MessageEdited']) await replay(kind, chat)
      expect(JSON.stringify(await inLog(chat))).toContain('secret')
      await (how === 'delete' ? acts.delete(ada, sent.id) : purge(sent.id))
      expect(await inLog(chat)).toEqual(['', '', '', '', '', '', ''])

      const { events } = await sync(bob, cursor)
      expect(JSON.stringify(events)).not.toContain('secret')
      const count = events.filter(({ message }) => message).length
      expect(count).toBeGreaterThan(0)
      await using inbox = await world.subscribe(bob, cursor)
      expect(JSON.stringify(await inbox.take(count))).not.toContain('secret')
    },
  )

  test('at the very moment of their deletion say nothing in the end either', async () => {
    const [ada, bob] = [await world.person(), await world.person()]
    const chat = await world.direct(ada, bob)
    for (let round = 0; round < 10; round++) {
      const sent = await acts.send(ada, chat, { text: 'secret' })
      const id = await park(world.database, 'chat.MessageSent', chat)
      await Promise.all([tryReplay([id]), acts.delete(ada, sent.id)])
    }
    expect(new Set(await inLog(chat))).toEqual(new Set(['']))
  })
})

describeWith('postgres', 'Events that name who is told', () => {
  test('are replayed only while these may still know of them', async () => {
    await using world = await openGroupWorld()
    const { database } = world
    const parked = makeParkedEvents({ database, eventLog: world.eventLog, kinds })
    const replay = async (kind: string, key: string) => parked.replay(await park(database, kind, key), async () => {})
    const [owner, manager, stranger] = [await world.person(), await world.person(), await world.person()]
    const groupId = await world.create(owner, [manager])

    const invited = await world.closedPerson()
    await succeed(world.change(owner, 'addGroupMembers', { groupId, userIds: [invited.userId] }))
    expect(await replay('groups.Invited', groupId)).toBe('REPLAYED')
    await succeed(world.change(invited, 'declineGroupInvite', { groupId }))
    expect(await replay('groups.Invited', groupId)).toBe('AUDIENCE_GREW')
    expect(await replay('groups.InviteEnded', groupId)).toBe('AUDIENCE_GREW')

    await succeed(world.change(owner, 'setGroupRole', { groupId, userId: manager.userId, role: 'ADMIN' }))
    const made = world.change(owner, 'createGroupLink', { groupId, needsApproval: true }, 'link { code }')
    const { code } = (await succeed(made)).createGroupLink.link
    await succeed(world.change(stranger, 'joinGroup', { code }))
    expect(await replay('groups.JoinRequested', groupId)).toBe('REPLAYED')
    await succeed(world.change(owner, 'removeGroupMember', { groupId, userId: manager.userId }))
    expect(await replay('groups.JoinRequested', groupId)).toBe('AUDIENCE_GREW')
  })
})
