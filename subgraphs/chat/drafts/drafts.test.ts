import { v7 } from 'uuid'
import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'

let world: ChatWorld
beforeAll(async () => {
  world = await openChatWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

const SAVE = `mutation ($input: SaveDraftInput!) {
  saveDraft(input: $input) { conversation { draft { text updatedAt } } }
}`
const trySave = (as: Parameters<ChatWorld['ask']>[0], conversationId: string, text: string | null, writtenAt?: Date) =>
  world.ask(as, SAVE, { input: { conversationId, text, ...(writtenAt && { writtenAt }) } })
const save = async (as: UserIdentity, id: string, text: string | null, writtenAt?: Date) =>
  (await succeed(trySave(as, id, text, writtenAt))).saveDraft.conversation.draft
const read = async (as: UserIdentity, id: string) =>
  (await succeed(world.ask(as, 'query ($id: ID!) { conversation(id: $id) { draft { text } } }', { id }))).conversation
    .draft
const told = async (who: UserIdentity) =>
  (
    await world.database.query(
      `select payload from events.log where key = $1::text and kind = 'chat.DraftChanged' order by id`,
      [who.userId],
    )
  ).rows.map(({ payload }) => payload)
const pair = async () => {
  const [alice, bob] = [await world.person(), await world.person()]
  return { alice, bob, id: await world.direct(alice, bob) }
}

test('a draft is its user’s alone, is replaced by a later one, and removed by null or an empty text', async () => {
  const { alice, bob, id } = await pair()
  expect(await read(alice, id)).toBeNull()
  expect(await save(alice, id, 'Hel')).toMatchObject({ text: 'Hel' })
  expect(await save(alice, id, 'Hello')).toMatchObject({ text: 'Hello' })
  expect([await read(alice, id), await read(bob, id)]).toEqual([{ text: 'Hello' }, null])
  for (const nothing of [null, '']) {
    expect(await save(alice, id, 'Hello again')).toMatchObject({ text: 'Hello again' })
    expect(await save(alice, id, nothing)).toBeNull()
  }
})

test('what an offline device wrote earlier neither replaces a later draft nor brings back a removed one', async () => {
  const { alice, id } = await pair()
  const at = (second: number) => new Date(Date.now() - 60_000 + second * 1_000)
  const [first, second, third, fourth] = [at(1), at(2), at(3), at(4)]
  await save(alice, id, 'second', second)
  expect(await save(alice, id, 'first', first)).toMatchObject({ text: 'second', updatedAt: second.toISOString() })
  expect(await save(alice, id, null, fourth)).toBeNull()
  expect(await save(alice, id, 'third', third)).toBeNull()
  // A clock that is ahead does not lock the others out.
  await save(alice, id, 'ahead', new Date(Date.now() + 3_600_000))
  world.clock.aheadMs += 1_000
  expect(await save(alice, id, 'now')).toMatchObject({ text: 'now' })
})

test('what was written last stays if it says what was kept already, and of two at one moment the second does', async () => {
  const { alice, id } = await pair()
  const at = (second: number) => new Date(Date.now() - 60_000 + second * 1_000)
  const [first, second, third] = [at(1), at(2), at(3)]
  expect(await save(alice, id, null, second)).toBeNull() // sent from here, without a draft
  expect(await save(alice, id, 'earlier', first)).toBeNull()
  await save(alice, id, 'same', second)
  await save(alice, id, 'same', third)
  expect(await save(alice, id, 'between', second)).toMatchObject({ text: 'same' })
  expect(await save(alice, id, 'other', third)).toMatchObject({ text: 'other' })
  expect(await told(alice)).toHaveLength(2)
})

test('a change is told to the other devices once, without the text', async () => {
  const { alice, bob, id } = await pair()
  const phone = await world.anotherDevice(alice)
  await world.db.settled()
  const opened = await world.subscribe(phone)
  const { cursor } = await opened.next()
  await opened.close()
  for (let times = 0; times < 2; times++) await save(alice, id, 'Hello')
  expect(await told(alice)).toEqual([{ userId: alice.userId, deviceId: alice.deviceId, conversationId: id }])
  await world.send(bob, id)
  await world.db.settled()
  await using ofPhone = await world.subscribe(phone, cursor)
  expect(await ofPhone.next()).toMatchObject({ __typename: 'DraftChanged', conversation: { draft: { text: 'Hello' } } })
  for (const who of [alice, bob]) {
    await using stream = await world.subscribe(who, cursor)
    expect(await stream.next()).toMatchObject({ __typename: 'MessageReceived' })
  }
})

test('strangers, former members, admins and nobody are refused, and so is what is too long', async () => {
  const [alice, bob, eve] = [await world.person(), await world.person(), await world.person()]
  const id = await world.group(alice, bob)
  expect((await trySave(bob, id, 'x'.repeat(10_000))).codes).toEqual([]) // the same call, allowed
  for (const text of ['x'.repeat(10_001), 'a\0b', '\ud800'])
    expect((await trySave(bob, id, text)).codes).toEqual(['BAD_USER_INPUT'])
  for (const what of [id, v7(), 'nothing']) expect((await trySave(eve, what, 'x')).codes).toEqual(['NOT_FOUND'])
  for (const who of [anonymous, admin]) expect((await trySave(who, id, 'x')).codes).toEqual(['UNAUTHENTICATED'])
  await world.remove(alice, id, bob)
  expect((await trySave(bob, id, 'x')).codes).toEqual(['NOT_FOUND'])
})
