import { openEventLog } from '../../../platform/eventlog/log.ts'
import { openChatWorld } from '../../../test/support/chat.ts'
import { makeMessageActs } from '../../../test/support/message-changes.ts'
import { removeMessages } from './removal.ts'

const HOUR_MS = 60 * 60_000

test('where nobody may edit, and who sent a message may delete it for an hour, its group’s managers still may', async () => {
  await using world = await openChatWorld({ windows: { editMs: 0, deleteMs: HOUR_MS } })
  const acts = makeMessageActs(world)
  const [ada, bob] = [await world.person(), await world.person()]
  const id = await world.group(ada, bob)
  const [early, late, own] = [await acts.send(bob, id), await acts.send(bob, id), await acts.send(ada, id)]
  expect((await acts.tryEdit(bob, early.id, 'edited')).codes).toEqual(['EDIT_WINDOW_OVER'])
  const gone = await acts.delete(bob, early.id)
  world.clock.aheadMs = HOUR_MS
  // What is deleted already needs no window.
  expect(await acts.delete(bob, early.id)).toEqual(gone)
  const refused = await acts.tryDelete(bob, late.id)
  expect(refused.codes).toEqual(['DELETE_WINDOW_OVER'])
  expect(Date.parse(String(refused.errors[0]!.extensions['until']))).toBe(Date.parse(late.sentAt) + HOUR_MS)
  for (const { id: messageId } of [late, own])
    expect(await acts.delete(ada, messageId)).toMatchObject({ deletedBy: { id: ada.userId } })
})

test('messages that end by the clock are deleted together, by nobody, and nothing of them is kept', async () => {
  await using world = await openChatWorld()
  const acts = makeMessageActs(world)
  const [ada, bob] = [await world.person(), await world.person()]
  const [id, other] = [await world.direct(ada, bob), await world.group(ada, bob)]
  const sent = [await acts.send(ada, id), await acts.send(bob, id), await acts.send(ada, id)]
  await acts.edit(ada, sent[0]!.id, 'edited')
  await acts.delete(ada, sent[2]!.id)
  const elsewhere = await acts.send(ada, other)
  const eventLog = await openEventLog(world.database)
  const messageIds = [...sent, elsewhere].map((message) => message.id)
  const at = new Date()
  const removed = await world.database.transaction(async (sql) => {
    await eventLog.lock(sql, id)
    return removeMessages(
      sql,
      { eventLog, store: world.store },
      { conversationId: id, messageIds, byId: null, at, kept: null },
    )
  })
  expect(removed.map(({ sequence }) => sequence)).toEqual([1, 2])
  expect(await acts.history(bob, id)).toMatchObject([
    { text: '', version: 3, deletedBy: null, deletedAt: at.toISOString() },
    { text: '', version: 2, deletedBy: null },
    { text: '', version: 2, deletedBy: { id: ada.userId } },
  ])
  expect(await acts.message(bob, elsewhere.id)).toMatchObject({ text: 'Hello' })
  const { rows } = await world.database.query<{ id: string; version: number }>(
    'select message_id as id, version from chat.versions where message_id = any($1::uuid[]) order by 2',
    [[sent[0]!.id, sent[1]!.id]],
  )
  expect(rows).toEqual([
    { id: sent[1]!.id, version: 2 },
    { id: sent[0]!.id, version: 3 },
  ])
})

test('a text is as long as the operator allows: sent, edited, drafted and scheduled', async () => {
  await using world = await openChatWorld({ maxText: 5 })
  const acts = makeMessageActs(world)
  const [ada, bob] = [await world.person(), await world.person()]
  const id = await world.direct(ada, bob)
  const sent = await world.send(ada, id, '12345')
  expect((await world.trySend(ada, id, '123456')).codes).toEqual(['BAD_USER_INPUT'])
  expect((await acts.tryEdit(ada, sent.id, '654321')).codes).toEqual(['BAD_USER_INPUT'])
  expect(await acts.edit(ada, sent.id, '54321')).toMatchObject({ text: '54321' })
  const draft = `mutation ($input: SaveDraftInput!) { saveDraft(input: $input) { __typename } }`
  expect((await world.ask(ada, draft, { input: { conversationId: id, text: '123456' } })).codes).toEqual([
    'BAD_USER_INPUT',
  ])
  const schedule = `mutation ($input: ScheduleMessageInput!) { scheduleMessage(input: $input) { __typename } }`
  const sendAt = new Date(world.clock.now() + HOUR_MS).toISOString()
  const input = { conversationId: id, clientMessageId: 'later', text: '123456', sendAt }
  expect((await world.ask(ada, schedule, { input })).codes).toEqual(['BAD_USER_INPUT'])
})
