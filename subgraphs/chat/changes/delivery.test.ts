import { openChatWorld, type ChatWorld, type InboxEvent, type Subscription } from '../../../test/support/chat.ts'
import { openFeeder, type Feeder } from '../../../test/support/feeder.ts'
import { makeMessageActs } from '../../../test/support/message-changes.ts'
import { kinds } from '../../../test/support/kinds.ts'

let world: ChatWorld
let feeder: Feeder
let acts: ReturnType<typeof makeMessageActs>
beforeAll(async () => {
  world = await openChatWorld({ shards: 1 })
  feeder = await openFeeder(world)
  acts = makeMessageActs(world)
})
afterAll(async () => {
  await feeder[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

const pump = async () => {
  await world.db.settled()
  await feeder.pump()
}
/** What a stream gives until a message says this. */
const upTo = async (stream: Subscription, text: string): Promise<InboxEvent[]> => {
  for (const events: InboxEvent[] = []; ;) {
    const event = await stream.next()
    if (event.message?.text === text) return events
    if (event.message?.type !== 'SYSTEM') events.push(event)
  }
}
const shortly = (events: readonly InboxEvent[]) =>
  events.flatMap(({ __typename, message }) => (message ? [[__typename, message.sequence, message.text]] : []))

test('an edit and a deletion come to those who may see the message, and not to those who joined later', async () => {
  const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
  const id = await world.group(ada, bob)
  const sent = await acts.send(ada, id, { text: 'first' })
  await pump()
  await using ofBob = await world.subscribe(bob)
  await using ofEve = await world.subscribe(eve)
  const [begun] = [await ofBob.next(), await ofEve.next()]
  await world.add(ada, id, eve)
  await acts.edit(ada, sent.id, 'second')
  await acts.edit(ada, sent.id, 'third')
  await acts.delete(ada, sent.id)
  await acts.send(ada, id, { text: 'the end' })
  await pump()
  expect(shortly(await upTo(ofBob, 'the end'))).toEqual([
    ['MessageEdited', 2, ''],
    ['MessageEdited', 2, ''],
    ['MessageDeleted', 2, ''],
  ])
  expect(shortly(await upTo(ofEve, 'the end'))).toEqual([])
  // By resume the same.
  await using again = await world.subscribe(bob, begun.cursor)
  expect(shortly(await upTo(again, 'the end'))).toHaveLength(3)
  await using laterEve = await world.subscribe(eve, begun.cursor)
  expect(shortly(await upTo(laterEve, 'the end'))).toEqual([])
})

test('an edit comes with its text, and with the id of the app to its sender alone', async () => {
  const [ada, bob] = [await world.person(), await world.person()]
  const id = await world.direct(ada, bob)
  await pump()
  await using ofBob = await world.subscribe(bob)
  await using ofAda = await world.subscribe(ada)
  await Promise.all([ofBob.next(), ofAda.next()])
  const sent = await acts.send(ada, id, { text: 'first', clientMessageId: 'of the app' })
  await acts.edit(ada, sent.id, 'second')
  await pump()
  const edited = { __typename: 'MessageEdited', message: { id: sent.id, sequence: 1, version: 2, text: 'second' } }
  expect((await ofBob.take(2))[1]).toMatchObject(edited)
  expect((await ofAda.take(2))[1]).toMatchObject({ message: { clientMessageId: 'of the app' } })
})

test('who resumes from before a deletion gets what is left of the message, under each of its numbers once', async () => {
  const [ada, bob] = [await world.person(), await world.person()]
  const id = await world.direct(ada, bob)
  await pump()
  await using first = await world.subscribe(bob)
  const { cursor } = await first.next()
  const sent = await acts.send(ada, id, { text: 'a secret' })
  await acts.send(ada, id, { text: 'another' })
  await acts.edit(ada, sent.id, 'a secret still')
  await acts.delete(ada, sent.id)
  await acts.send(ada, id, { text: 'the end' })
  await pump()
  await using resumed = await world.subscribe(bob, cursor)
  expect(shortly(await upTo(resumed, 'the end'))).toEqual([
    ['MessageReceived', 1, ''],
    ['MessageReceived', 2, 'another'],
    ['MessageEdited', 1, ''],
    ['MessageDeleted', 1, ''],
  ])
})

test('who cleared the history hears no more of its messages', async () => {
  const [ada, bob] = [await world.person(), await world.person()]
  const id = await world.direct(ada, bob)
  const sent = await acts.send(ada, id, { text: 'cleared' })
  await world.ask(bob, 'mutation ($id: ID!) { clearConversation(input: { conversationId: $id }) { __typename } }', {
    id,
  })
  await pump()
  await using ofBob = await world.subscribe(bob)
  await ofBob.next()
  await acts.edit(ada, sent.id, 'still cleared')
  await acts.send(ada, id, { text: 'the end' })
  await pump()
  expect(await upTo(ofBob, 'the end')).toEqual([])
})

test('no push is shown for an edit or a deletion, nor for a message that was deleted before its push', async () => {
  const [ada, bob] = [await world.person(), await world.person()]
  const id = await world.direct(ada, bob)
  expect(kinds.find('chat.MessageEdited')?.push).toBeUndefined()
  // It takes the notification of the message away.
  expect(kinds.find('chat.MessageDeleted')?.push).toMatchObject({ withdraws: true })
  const [kept, deleted] = [await acts.send(ada, id), await acts.send(ada, id)]
  await acts.delete(ada, deleted.id)
  const { push } = kinds.find('chat.MessageSent')!
  const asked = [kept, deleted].map((message) => ({
    payload: { id: message.id, conversationId: id, senderId: ada.userId },
    userId: bob.userId,
  }))
  expect(await push!.refusedBy!(world.database, asked)).toEqual([null, 'DELETED'])
  const { rows } = await world.database.query<{ payload: object }>(
    `select payload from events.log where key = $1::text and kind = 'chat.MessageSent' order by id`,
    [id],
  )
  expect(rows.map(({ payload }) => push!.withheldFrom(payload, bob.userId))).toEqual([null, 'deleted'])
})
