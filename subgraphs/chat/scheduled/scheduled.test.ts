import { v7 } from 'uuid'
import { silentLog } from '../../../platform/log/log.ts'
import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import { openFilesWorld, sendFile } from '../../../test/support/files.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { sweepOnce } from '../media/sweep.ts'
import { makeSend, type Send } from '../messages/send.ts'
import { sendDue } from './job.ts'

const DAY_MS = 24 * 60 * 60_000

let world: ChatWorld
let files: Awaited<ReturnType<typeof openFilesWorld>>
beforeAll(async () => {
  files = await openFilesWorld()
  world = await openChatWorld({ uploads: uploads() })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await files[Symbol.asyncDispose]()
})

const uploads = () => ({ files: files.files, limits: { maxBytes: 1_000, bytesPerDay: 3_000, types: ['*/*'] } })
const counted: string[] = []
const metrics = { count: (name: string) => void counted.push(name) }
const due = (send: Send = makeSend({ ...world, log: silentLog, uploads: uploads() })) =>
  sendDue({ ...world, log: silentLog, send, metrics })

const FIELDS = '{ id clientMessageId type text content sendAt mediaIds refusal { code message } }'
const later = (seconds = 60) => new Date(world.clock.now() + seconds * 1_000).toISOString()
const run = (as: Parameters<ChatWorld['ask']>[0], field: string, input: object, selection: string) => {
  const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input`
  return world.ask(as, `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} } }`, { input })
}
const trySchedule = (as: Parameters<ChatWorld['ask']>[0], conversationId: string, input: object = {}) =>
  run(
    as,
    'scheduleMessage',
    { conversationId, clientMessageId: v7(), text: 'Later', sendAt: later(), ...input },
    `scheduledMessage ${FIELDS}`,
  )
const schedule = async (as: UserIdentity, id: string, input: object = {}) =>
  (await succeed(trySchedule(as, id, input))).scheduleMessage.scheduledMessage
const tryEdit = (as: UserIdentity, id: string, input: object) =>
  run(as, 'editScheduledMessage', { id, ...input }, `scheduledMessage ${FIELDS}`)
const tryCancel = (as: UserIdentity, id: string) => run(as, 'cancelScheduledMessage', { id }, 'scheduledMessageId')
const trySendNow = (as: UserIdentity, id: string) => run(as, 'sendScheduledMessageNow', { id }, 'message { id text }')
const list = async (as: UserIdentity, args = '') =>
  (
    await succeed(
      world.ask(as, `{ scheduledMessages${args} { edges { node ${FIELDS} } pageInfo { hasNextPage endCursor } } }`),
    )
  ).scheduledMessages
const texts = async (as: UserIdentity) =>
  (await list(as)).edges.map(({ node }: { node: { text: string } }) => node.text)
const sent = async (as: UserIdentity, id: string): Promise<string[]> =>
  (
    await succeed(world.ask(as, `{ conversation(id: "${id}") { messages(first: 100) { edges { node { text } } } } }`))
  ).conversation.messages.edges.map(({ node }: { node: { text: string } }) => node.text)
const pair = async () => {
  const [alice, bob] = [await world.person(), await world.person()]
  return { alice, bob, id: await world.direct(alice, bob) }
}
const pass = (seconds: number) => void (world.clock.aheadMs += seconds * 1_000)

test('a message is sent when its time has come, once, in the order of the times, and is gone from the list', async () => {
  const { alice, bob, id } = await pair()
  await schedule(alice, id, { text: 'second', sendAt: later(70) })
  await schedule(alice, id, { text: 'first', sendAt: later(60) })
  await schedule(alice, id, { text: 'much later', sendAt: later(600) })
  await due()
  expect(await sent(bob, id)).toEqual([])
  expect(await texts(alice)).toEqual(['first', 'second', 'much later'])
  expect(await texts(bob)).toEqual([])
  pass(75)
  await Promise.all([due(), due(), due()])
  expect(await sent(bob, id)).toEqual(['first', 'second'])
  expect(await texts(alice)).toEqual(['much later'])
  expect(counted.filter((name) => name === 'chat_scheduled_sent_total')).toHaveLength(2)
})

test('a process that dies after it sent a message leaves it to another one, which sends nothing twice', async () => {
  const { alice, bob, id } = await pair()
  await schedule(alice, id, { text: 'once' })
  pass(61)
  const send = makeSend({ ...world, log: silentLog })
  let died = false
  await due(async (...args) => {
    await send(...args)
    died = true
    throw new Error('The process died.')
  })
  expect(died).toBe(true)
  expect(await texts(alice)).toEqual(['once'])
  pass(61)
  await due()
  expect([await sent(bob, id), await texts(alice)]).toEqual([['once'], []])
})

test('the rules of the moment hold: what is refused stays with the reason, and can be tried again', async () => {
  const [alice, bob] = [await world.person(), await world.person()]
  const group = await world.group(alice, bob)
  const { id } = await schedule(bob, group, { text: 'too late' })
  await world.remove(alice, group, bob)
  pass(61)
  await due()
  const [{ node }] = (await list(bob)).edges
  expect(node).toMatchObject({ text: 'too late', refusal: { code: 'NOT_FOUND', message: expect.any(String) } })
  await due()
  expect((await trySendNow(bob, id)).codes).toEqual(['NOT_FOUND'])
  await world.add(alice, group, bob)
  expect((await tryEdit(bob, id, { text: 'again' })).codes).toEqual(['BAD_USER_INPUT']) // its time is over
  await succeed(tryEdit(bob, id, { text: 'again', sendAt: later() }))
  pass(61)
  await due()
  expect((await sent(alice, group)).at(-1)).toBe('again')
  expect(await texts(bob)).toEqual([])
})

test('a block refuses the message, slow mode only delays it, and suspended users send nothing', async () => {
  const { alice, bob, id } = await pair()
  await schedule(alice, id, { text: 'blocked' })
  await schedule(bob, id, { text: 'suspended' })
  const group = await world.group(alice, bob)
  await succeed(
    world.groups(alice, 'mutation ($input: UpdateGroupInput!) { updateGroup(input: $input) { group { id } } }', {
      input: { groupId: group, slowModeSeconds: 30 },
    }),
  )
  await schedule(bob, group, { text: 'slow one' })
  await schedule(bob, group, { text: 'slow two', sendAt: later(61) })
  await succeed(world.people.ask(bob, `mutation { blockUser(input: { userId: "${alice.userId}" }) { __typename } }`))
  pass(62)
  await due()
  expect((await list(alice)).edges[0].node.refusal.code).toBe('NOT_ACCEPTED')
  expect((await sent(alice, group)).filter((text) => text.startsWith('slow'))).toEqual(['slow one'])
  pass(31)
  await due()
  expect((await sent(alice, group)).filter((text) => text.startsWith('slow'))).toEqual(['slow one', 'slow two'])
  await schedule(bob, group, { text: 'suspended' })
  await world.database.query(
    `insert into users.suspension (user_id, reason, by_admin, since) values ($1, 'test', 'root', now())`,
    [bob.userId],
  )
  pass(61)
  await due()
  expect((await list(bob)).edges.at(-1).node.refusal.code).toBe('USER_SUSPENDED')
})

test('it can be changed, taken back and sent at once, but not while it is being sent', async () => {
  const { alice, bob, id } = await pair()
  const [a, b, c] = [await schedule(alice, id), await schedule(alice, id), await schedule(alice, id)]
  const at = later(600)
  expect((await succeed(tryEdit(alice, a.id, { text: 'Changed', sendAt: at }))).editScheduledMessage).toMatchObject({
    scheduledMessage: { text: 'Changed', sendAt: at },
  })
  expect((await succeed(trySendNow(alice, a.id))).sendScheduledMessageNow.message.text).toBe('Changed')
  await succeed(tryCancel(alice, b.id))
  expect((await tryCancel(alice, b.id)).codes).toEqual(['NOT_FOUND'])
  expect(await sent(bob, id)).toEqual(['Changed'])
  pass(61)
  const send = makeSend({ ...world, log: silentLog })
  await due(async (...args) => {
    for (const attempt of [tryEdit(alice, c.id, { text: 'x' }), tryCancel(alice, c.id), trySendNow(alice, c.id)])
      expect((await attempt).codes).toEqual(['CONFLICT'])
    return send(...args)
  })
  expect(await sent(bob, id)).toEqual(['Changed', 'Later'])
})

test('a repetition returns the first one, and an id that another message has is a conflict', async () => {
  const { alice, bob, id } = await pair()
  const input = { clientMessageId: v7(), sendAt: later(), text: 'same' }
  const first = await schedule(alice, id, input)
  expect(await schedule(alice, id, input)).toEqual(first)
  expect((await trySchedule(alice, id, { ...input, text: 'other' })).codes).toEqual(['CONFLICT'])
  await world.send(bob, id, 'sent', 'taken')
  expect((await trySchedule(bob, id, { clientMessageId: 'taken' })).codes).toEqual(['CONFLICT'])
  // What the app sent itself meanwhile is not sent again.
  await world.send(alice, id, 'same', input.clientMessageId)
  pass(61)
  await due()
  expect([await sent(bob, id), await texts(alice)]).toEqual([['sent', 'same'], []])
})

test('the user’s other devices are told of each change, and all of what the clock does', async () => {
  const { alice, id } = await pair()
  const phone = await world.anotherDevice(alice)
  await world.db.settled()
  const opened = await world.subscribe(phone)
  const { cursor } = await opened.next()
  await opened.close()
  const { id: one } = await schedule(alice, id)
  await succeed(tryEdit(alice, one, { text: 'x' }))
  const { id: two } = await schedule(alice, id)
  await succeed(tryCancel(alice, two))
  pass(61)
  await due()
  await world.db.settled()
  const told = async (who: UserIdentity) => {
    const { events } = (
      await succeed(
        world.ask(
          who,
          `{ sync(after: "${cursor}", first: 100) { events { ... on ScheduledMessageChanged { change scheduledMessageId } } } }`,
        ),
      )
    ).sync
    return events.filter(({ change }: { change?: string }) => change).map((event: { change: string }) => event.change)
  }
  expect(await told(phone)).toEqual(['SCHEDULED', 'EDITED', 'SCHEDULED', 'CANCELLED', 'SENT'])
  expect(await told(alice)).toEqual(['SENT'])
})

test('a file waits with its message for longer than others, and goes when the message is taken back', async () => {
  const { alice, bob, id } = await pair()
  const upload = async (): Promise<string> => {
    const { media, upload: request } = (
      await succeed(
        world.ask(
          alice,
          `mutation { createUpload(input: { contentType: "image/png", bytes: 5 }) {
            media { id } upload { method url headers { name value } }
          } }`,
        ),
      )
    ).createUpload
    const headers = (request.headers as { name: string; value: string }[]).map(({ name, value }) => [name, value])
    await sendFile({ ...request, headers: Object.fromEntries(headers) }, 'hello')
    return media.id
  }
  const [waiting, given] = [await upload(), await upload()]
  await schedule(alice, id, { type: 'FILE', text: null, mediaIds: [waiting], sendAt: later(5 * 86_400) })
  const { id: back } = await schedule(alice, id, {
    type: 'FILE',
    text: null,
    mediaIds: [given],
    sendAt: later(5 * 86_400),
  })
  const isThere = async (media: string) =>
    (await succeed(world.ask(alice, `{ media(id: "${media}") { id } }`))).media !== null
  const sweep = () => sweepOnce({ ...world, files: files.files, log: silentLog })
  world.clock.aheadMs += 2 * DAY_MS
  await sweep()
  expect([await isThere(waiting), await isThere(given)]).toEqual([true, true])
  await succeed(tryCancel(alice, back))
  world.clock.aheadMs += 2 * DAY_MS
  await sweep()
  expect([await isThere(waiting), await isThere(given)]).toEqual([true, false])
  world.clock.aheadMs += 2 * DAY_MS
  await due()
  world.clock.aheadMs += 2 * DAY_MS
  await sweep()
  expect(await isThere(waiting)).toBe(true)
  expect(await sent(bob, id)).toEqual([''])
})

test('pages continue after a cursor, and by conversation', async () => {
  const { alice, id } = await pair()
  const other = await world.group(alice)
  for (let n = 0; n < 5; n++) await schedule(alice, n % 2 ? id : other, { text: `${n}`, sendAt: later(60 + n) })
  const first = await list(alice, '(first: 3)')
  expect(first.pageInfo.hasNextPage).toBe(true)
  const rest = await list(alice, `(first: 3, after: "${first.pageInfo.endCursor}")`)
  const all = [...first.edges, ...rest.edges].map(({ node }: { node: { text: string } }) => node.text)
  expect(all).toEqual(['0', '1', '2', '3', '4'])
  expect((await list(alice, `(conversationId: "${id}")`)).edges).toHaveLength(2)
  expect((await list(alice, '(conversationId: "none")')).edges).toHaveLength(0)
})

test('strangers, other users, admins and nobody are refused, and so are times that are over or too far, and too many', async () => {
  const { alice, bob, id } = await pair()
  const eve = await world.person()
  const { id: own } = await schedule(alice, id) // the same call, allowed
  for (const sendAt of [later(-1), later(0), later(367 * 86_400)])
    expect((await trySchedule(alice, id, { sendAt })).codes).toEqual(['BAD_USER_INPUT'])
  expect((await trySchedule(eve, id)).codes).toEqual(['NOT_FOUND'])
  expect((await trySchedule(alice, id, { replyToId: v7() })).codes).toEqual(['NOT_FOUND'])
  expect((await trySchedule(alice, id, { mentions: { userIds: [eve.userId] } })).codes).toEqual(['MENTIONS_NO_MEMBER'])
  for (const attempt of [tryEdit(bob, own, { text: 'x' }), tryCancel(bob, own), trySendNow(bob, own)])
    expect((await attempt).codes).toEqual(['NOT_FOUND'])
  for (const who of [anonymous, admin]) expect((await trySchedule(who, id)).codes).toEqual(['UNAUTHENTICATED'])
  for (let n = 1; n < 100; n++) await schedule(alice, id)
  expect((await trySchedule(alice, id)).codes).toEqual(['LIMIT_REACHED'])
})
