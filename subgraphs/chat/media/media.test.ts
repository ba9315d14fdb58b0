import { readdirSync } from 'node:fs'
import { v7 } from 'uuid'
import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import { makeMessageActs } from '../../../test/support/message-changes.ts'
import { openFilesWorld, sendFile } from '../../../test/support/files.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { describeWith } from '../../../test/support/services.ts'
import { succeed } from '../../../test/support/subgraph.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { eraseOnce } from '../erasure/job.ts'
import { sweepOnce } from './sweep.ts'

const DAY_MS = 24 * 60 * 60_000
const LIMITS = { maxBytes: 1_000, bytesPerDay: 3_000, types: ['image/*', 'text/plain'] }

const CREATE = `mutation ($input: CreateUploadInput!) {
  createUpload(input: $input) {
    media { id fileName contentType bytes width height durationMs complete url }
    upload { method url headers { name value } resumable expiresAt }
  }
}`
const SEND = `mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { message { id type text media { id fileName url } } }
}`
const MEDIA = `query ($id: ID!) { media(id: $id) { id complete url bytes } }`

interface Created {
  readonly media: { readonly id: string; readonly complete: boolean; readonly url: string | null }
  readonly upload: {
    readonly method: 'PATCH' | 'PUT'
    readonly url: string
    readonly headers: readonly { readonly name: string; readonly value: string }[]
    readonly resumable: boolean
  }
}

describeWith('postgres', 'Files', () => {
  let files: Awaited<ReturnType<typeof openFilesWorld>>
  let world: ChatWorld
  beforeAll(async () => {
    files = await openFilesWorld()
    world = await openChatWorld({ uploads: { files: files.files, limits: LIMITS } })
  })
  afterAll(async () => {
    await world[Symbol.asyncDispose]()
    await files[Symbol.asyncDispose]()
  })

  const tryCreate = (by: UserIdentity, input: object = {}) =>
    world.ask(by, CREATE, { input: { fileName: 'a.png', contentType: 'image/png', bytes: 5, ...input } })
  const create = async (by: UserIdentity, input?: object): Promise<Created> =>
    (await succeed(tryCreate(by, input))).createUpload as Created
  const put = ({ upload }: Created, body = 'hello') =>
    sendFile({ ...upload, headers: Object.fromEntries(upload.headers.map(({ name, value }) => [name, value])) }, body)
  /** A file that has come. */
  const come = async (by: UserIdentity, input?: object): Promise<string> => {
    const created = await create(by, input)
    expect((await put(created)).status).toBe(204)
    return created.media.id
  }
  const trySend = (by: UserIdentity, conversationId: string, input: object, clientMessageId: string = v7()) =>
    world.ask(by, SEND, { input: { conversationId, clientMessageId, ...input } })
  const send = async (by: UserIdentity, conversationId: string, input: object) =>
    (await succeed(trySend(by, conversationId, input))).sendMessage.message as {
      readonly id: string
      readonly media: readonly { readonly id: string; readonly url: string }[]
    }
  const see = async (by: UserIdentity, id: string) => (await succeed(world.ask(by, MEDIA, { id }))).media as unknown
  const sweep = () => sweepOnce({ ...world, files: files.files, log: silentLog })

  test('come by an upload, are sent, and reach who takes part, in the message, in its event and by their id', async () => {
    const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
    const direct = await world.direct(ada, bob)
    const created = await create(ada, { width: 640, height: 480, fileName: ' Café.png ' })
    expect(created).toMatchObject({
      media: { fileName: 'Café.png', contentType: 'image/png', bytes: 5, width: 640, complete: false, url: null },
      upload: { method: 'PATCH', resumable: true },
    })
    expect(await see(ada, created.media.id)).toMatchObject({ complete: false, url: null })
    await put(created)
    expect(await see(bob, created.media.id)).toBeNull()
    const message = await send(ada, direct, { type: 'IMAGE', text: 'Look', mediaIds: [created.media.id] })
    expect(message).toMatchObject({
      type: 'IMAGE',
      text: 'Look',
      media: [{ id: created.media.id, fileName: 'Café.png' }],
    })
    expect(await (await fetch(message.media[0]!.url)).text()).toBe('hello')
    expect(await see(bob, created.media.id)).toMatchObject({ complete: true, url: expect.any(String) })
    expect(await see(eve, created.media.id)).toBeNull()
    const { rows } = await world.database.query(`select payload from events.log where payload->>'id' = $1`, [
      message.id,
    ])
    expect(rows).toMatchObject([{ payload: { mediaIds: [created.media.id] } }])
  })

  test('a page of messages with files reads them in one statement', async () => {
    const [ada, bob] = [await world.person(), await world.person()]
    const direct = await world.direct(ada, bob)
    for (const _ of [1, 2, 3]) await send(ada, direct, { type: 'IMAGE', mediaIds: [await come(ada)] })
    const page = await succeed(
      world.ask(
        bob,
        `query ($id: ID!) { conversation(id: $id) { messages { edges { node { media { id url } } } } } }`,
        {
          id: direct,
        },
      ),
    )
    expect(page.conversation.messages.edges).toHaveLength(3)
    for (const { node } of page.conversation.messages.edges) {
      expect(await (await fetch(node.media[0].url as string)).text()).toBe('hello')
    }
  })

  test('a forward carries the files of the original, to whoever may see the forward', async () => {
    const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
    const [direct, other] = [await world.direct(ada, bob), await world.direct(bob, eve)]
    const id = await come(ada)
    const original = await send(ada, direct, { type: 'IMAGE', mediaIds: [id] })
    const forward = await send(bob, other, { forwardOfId: original.id })
    expect(forward).toMatchObject({ type: 'IMAGE', media: [{ id }] })
    expect(await see(eve, id)).toMatchObject({ complete: true })
    // By itself, only its owner sends it.
    expect(await trySend(bob, other, { type: 'IMAGE', mediaIds: [id] })).toMatchObject({ codes: ['NOT_FOUND'] })
  })

  test('who left a group no longer gets its files, and who joins later gets those from then on', async () => {
    const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
    const group = await world.group(ada, bob)
    const id = await come(ada)
    await send(ada, group, { type: 'IMAGE', mediaIds: [id] })
    expect(await see(bob, id)).not.toBeNull()
    await world.remove(ada, group, bob)
    await world.add(ada, group, eve)
    expect(await see(bob, id)).toBeNull()
    expect(await see(eve, id)).toBeNull()
  })

  test('a file goes with the history that a user clears, and stays for the others', async () => {
    const [ada, bob] = [await world.person(), await world.person()]
    const direct = await world.direct(ada, bob)
    const id = await come(ada)
    await send(ada, direct, { type: 'IMAGE', mediaIds: [id] })
    expect(await see(bob, id)).not.toBeNull()
    await succeed(
      world.ask(
        bob,
        'mutation ($id: ID!) { clearConversation(input: { conversationId: $id }) { conversation { id } } }',
        { id: direct },
      ),
    )
    expect(await see(bob, id)).toBeNull()
    expect(await see(ada, id)).not.toBeNull()
  })

  test.each([
    ['a file that has not come', 'MEDIA_INCOMPLETE', async (ada: UserIdentity) => [(await create(ada)).media.id]],
    ['one that does not exist', 'NOT_FOUND', async () => [v7()]],
    ['no id', 'NOT_FOUND', async () => ['x']],
    ['no file', 'BAD_USER_INPUT', async () => []],
    ['a file twice', 'BAD_USER_INPUT', async (ada: UserIdentity) => Array<string>(2).fill(await come(ada))],
    [
      'a text as a picture',
      'BAD_USER_INPUT',
      async (ada: UserIdentity) => [await come(ada, { contentType: 'text/plain' })],
    ],
    ['a file of somebody else', 'NOT_FOUND', async () => [await come(await world.person())]],
  ])('a message with %s is refused with %s, and nothing is sent', async (_, code, mediaIdsOf) => {
    const [ada, bob] = [await world.person(), await world.person()]
    const direct = await world.direct(ada, bob)
    const answer = await trySend(ada, direct, { type: 'IMAGE', mediaIds: await mediaIdsOf(ada) })
    expect(answer).toMatchObject({ codes: [code] })
    expect(await world.send(ada, direct)).toMatchObject({ sequence: 1 })
  })

  test('a text has no files, and a retry with others is another message', async () => {
    const [ada, bob] = [await world.person(), await world.person()]
    const direct = await world.direct(ada, bob)
    const [one, two, name] = [await come(ada), await come(ada), v7()]
    expect(await trySend(ada, direct, { text: 'Hi', mediaIds: [one] })).toMatchObject({ codes: ['BAD_USER_INPUT'] })
    const first = await succeed(trySend(ada, direct, { type: 'IMAGE', mediaIds: [one] }, name))
    expect(await succeed(trySend(ada, direct, { type: 'IMAGE', mediaIds: [one] }, name))).toEqual(first)
    expect(await trySend(ada, direct, { type: 'IMAGE', mediaIds: [two] }, name)).toMatchObject({ codes: ['CONFLICT'] })
  })

  test.each([
    ['contentType', { contentType: 'video/mp4' }],
    ['contentType', { contentType: 'image/png; charset=x' }],
    ['contentType', { contentType: 'image' }],
    ['bytes', { bytes: 1_001 }],
    ['bytes', { bytes: 0 }],
    ['fileName', { fileName: '../etc/passwd' }],
    ['fileName', { fileName: 'a\nb' }],
    ['width', { width: 0 }],
    ['durationMs', { durationMs: DAY_MS + 1 }],
  ])('an upload with a wrong %s is refused: %j', async (argument, input) => {
    const ada = await world.person()
    expect(await tryCreate(ada, input)).toMatchObject({
      codes: ['BAD_USER_INPUT'],
      errors: [{ extensions: { argument } }],
    })
  })

  test('a user begins so many bytes in a day, also with many requests at once', async () => {
    const ada = await world.person()
    const answers = await Promise.all(Array.from({ length: 10 }, () => tryCreate(ada, { bytes: 1_000 })))
    const refused = answers.filter(({ codes }) => codes.length > 0)
    expect(refused).toHaveLength(7)
    for (const answer of refused) expect(answer).toMatchObject({ codes: ['LIMIT_REACHED'] })
  })

  test('a user has at most 100 files that no message uses', async () => {
    const ada = await world.person()
    await world.database.query(
      `insert into chat.media select gen_random_uuid(), $1::uuid, null, 'image/png', 1, null, null, null, now(), false, now()
       from generate_series(1, 100)`,
      [ada.userId],
    )
    expect(await tryCreate(ada)).toMatchObject({ codes: ['LIMIT_REACHED'] })
  })

  test('what no message uses is deleted after a day, what one uses stays, and what was taken cannot be sent', async () => {
    const [ada, bob] = [await world.person(), await world.person()]
    const direct = await world.direct(ada, bob)
    const [used, unused, late] = [await come(ada), await come(ada), await come(ada)]
    await send(ada, direct, { type: 'IMAGE', mediaIds: [used] })
    await sweep()
    expect(await see(ada, unused)).not.toBeNull()
    world.clock.aheadMs += DAY_MS - 1_000
    files.clock.aheadMs = world.clock.aheadMs
    // Touched a moment before its day is over: the send has the time that it needs.
    await send(ada, direct, { type: 'IMAGE', mediaIds: [late] })
    world.clock.aheadMs += 2_000
    await sweep()
    expect(await see(ada, unused)).toBeNull()
    expect(await trySend(ada, direct, { type: 'IMAGE', mediaIds: [unused] })).toMatchObject({ codes: ['NOT_FOUND'] })
    expect(readdirSync(files.folder).filter((name) => name.startsWith(unused))).toEqual([])
    world.clock.aheadMs += DAY_MS
    await sweep()
    for (const id of [used, late]) expect(await see(bob, id)).not.toBeNull()
    world.clock.aheadMs = files.clock.aheadMs = 0
  })

  test('a sweep and sends at once: each file is either sent, and stays, or refused', async () => {
    const [ada, bob] = [await world.person(), await world.person()]
    const direct = await world.direct(ada, bob)
    const ids: string[] = []
    for (let n = 0; n < 20; n++) ids.push(await come(ada))
    await world.database.query(`update chat.media set unused_since = '2000-01-01' where id = any($1::uuid[])`, [ids])
    const sends = ids.map((id) => trySend(ada, direct, { type: 'IMAGE', mediaIds: [id] }))
    await sweep()
    const answers = await Promise.all(sends)
    await sweep()
    for (const [at, { codes }] of answers.entries()) {
      const sent = codes.length === 0
      if (!sent) expect(codes).toEqual(['NOT_FOUND'])
      expect(await see(bob, ids[at]!)).toEqual(sent ? expect.objectContaining({ complete: true }) : null)
    }
  })

  test('a message that is deleted for everyone takes its files along, except those that another message has', async () => {
    const [ada, bob] = [await world.person(), await world.person()]
    const [direct, other] = [await world.direct(ada, bob), await world.direct(bob, await world.person())]
    const [gone, forwarded] = [await come(ada), await come(ada)]
    const acts = makeMessageActs(world)
    const sent = []
    for (const id of [gone, forwarded]) sent.push(await acts.send(ada, direct, { type: 'IMAGE', mediaIds: [id] }))
    await succeed(acts.trySend(bob, other, { forwardOfId: sent[1]!.id }))
    for (const { id } of sent) {
      await acts.delete(ada, id)
      const { message } = await succeed(
        world.ask(bob, 'query ($id: ID!) { message(id: $id) { media { id url } } }', { id }),
      )
      expect(message).toEqual({ media: [] })
    }
    expect(await see(bob, gone)).toBeNull()
    expect(await see(bob, forwarded)).toMatchObject({ complete: true })
    // A message that its owner was just sending with it has time to arrive.
    await sweep()
    expect(await see(ada, gone)).not.toBeNull()
    world.clock.aheadMs = 11 * 60_000
    await sweep()
    expect(await see(ada, gone)).toBeNull()
    expect(readdirSync(files.folder).filter((name) => name.startsWith(gone))).toEqual([])
    expect(await see(bob, forwarded)).toMatchObject({ complete: true })
    world.clock.aheadMs = 0
  })

  test('the deletion of an account takes the files that no message uses', async () => {
    const [ada, bob] = [await world.person(), await world.person()]
    const direct = await world.direct(ada, bob)
    const [used, unused] = [await come(ada), await come(ada)]
    await send(ada, direct, { type: 'IMAGE', mediaIds: [used] })
    await succeed(
      world.people.ask(ada, 'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { deletedId } }', {
        input: { address: world.addressOf(ada) },
      }),
    )
    await eraseOnce({ ...world, log: silentLog })
    await sweep()
    expect(readdirSync(files.folder).some((name) => name.startsWith(unused))).toBe(false)
    expect(await see(bob, used)).toMatchObject({ complete: true })
  })

  test('a server without a store for files says so', async () => {
    await using without = await openChatWorld()
    const ada = await without.person()
    const answer = await without.ask(ada, CREATE, { input: { contentType: 'image/png', bytes: 5 } })
    expect(answer).toMatchObject({ codes: ['MEDIA_OFF'] })
  })
})
