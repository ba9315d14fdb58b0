import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import {
  buildSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type GraphQLSchema,
} from 'graphql'
import { SignJWT } from 'jose'
import { connect, GraphError, type App } from '../../client/connect.ts'
import { InboxDocument, PresenceChangesDocument } from '../../client/generated/operations.ts'
import { signRequest } from '../../client/sign.ts'
import { assetPath } from '../../platform/assets.ts'
import { openDirect, openInbox, sendText, type Signed, signInAt } from '../support/app.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { makeFolder, type Program, startProgram } from '../support/program.ts'
import { viewers, type Viewer, type World } from './access.ts'
import { ending, matrix, streamed } from './matrix.ts'

/** Every field of the schema, asked for by everybody, over real HTTP against the whole program. */
jest.setTimeout(120_000)

const ADMIN_SECRET = 'the secret of the admins of this test 0123456789'
const schema = buildSchema(readFileSync(assetPath('schema/api.graphql'), 'utf8'), { assumeValidSDL: true })

let database: TestDatabase
let folder: Awaited<ReturnType<typeof makeFolder>>
let program: Program
let url: string
let token: string
let people: Record<'owner' | 'member' | 'former' | 'stranger' | 'other' | 'friend' | 'asking' | 'blocked', Signed>
let world: World

const mutate = (app: App, text: string) => app.mutate(parse(text) as TypedDocumentNode<never, object>, {})

/** Uploads a file of five bytes, as a client does. */
async function uploadFile(by: Signed): Promise<string> {
  const { createUpload } = (await mutate(
    by.app,
    `mutation { createUpload(input: {
      fileName: "a.png", contentType: "image/png", bytes: 5, width: 1, height: 1, durationMs: 1
    }) {
      media { id } upload { method url headers { name value } }
    } }`,
  )) as { createUpload: { media: { id: string }; upload: UploadRequest } }
  const { method, url: address, headers } = createUpload.upload
  const sent = await fetch(new URL(address, url), {
    method,
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    body: 'hello',
  })
  expect(sent.status).toBe(204)
  return createUpload.media.id
}

interface UploadRequest {
  readonly method: string
  readonly url: string
  readonly headers: readonly { readonly name: string; readonly value: string }[]
}

beforeAll(async () => {
  database = await createDatabase({ max: 1 })
  folder = await makeFolder()
  program = await startProgram({
    POSTGRES_URL: database.url,
    DATA_DIR: folder.path,
    PORT: '0',
    LOG_LEVEL: 'error',
    ADMIN_JWT_SECRET: ADMIN_SECRET,
    RATE_ANONYMOUS_BURST: '100000',
    OTP_CLIENT_PER_HOUR: '10000',
    ADMIN_SIGN_INS_PER_HOUR: '10000',
    RATE_USER_BURST: '100000',
  })
  url = program.banner('GraphQL')
  const [owner, member, former, stranger, other, friend, asking, blocked] = await Promise.all(
    ['Olga', 'Mary', 'Fred', 'Sam', 'Otto', 'Fay', 'Ann', 'Bill'].map((name) => signInAt(url, folder.path, name)),
  )
  people = { owner, member, former, stranger, other, friend, asking, blocked } as typeof people
  token = await new SignJWT({ roles: ['admin'] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('root')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(ADMIN_SECRET))

  const memberIds = JSON.stringify([people.member.userId, people.former.userId])
  const { createGroup } = (await mutate(
    people.owner.app,
    `mutation { createGroup(input: { title: "Secret", memberIds: ${memberIds} }) { group { id } } }`,
  )) as { createGroup: { group: { id: string } } }
  const groupId = createGroup.group.id
  const messageId = await sendText(people.owner, groupId, 'while Fred was there')
  const send = async (fields: string) => {
    const { sendMessage } = (await mutate(
      people.owner.app,
      `mutation { sendMessage(input: { conversationId: "${groupId}", clientMessageId: "${randomUUID()}", ${fields} }) { message { id } } }`,
    )) as { sendMessage: { message: { id: string } } }
    return sendMessage.message.id
  }
  const placeId = await send(
    `type: LOCATION, content: { latitude: 1, longitude: 2 }, text: "Here", replyToId: "${messageId}",
     mentions: { everyone: true, userIds: ["${people.member.userId}"] }`,
  )
  await send(`forwardOfId: "${messageId}"`)
  const mediaId = await uploadFile(people.owner)
  const fileMessageId = await send(`type: FILE, mediaIds: ["${mediaId}"]`)
  for (const id of [placeId, fileMessageId]) {
    const mentions = `mentions: { everyone: true, userIds: ["${people.member.userId}"] }`
    await mutate(
      people.owner.app,
      `mutation { editMessage(input: { messageId: "${id}", text: "Here it is", ${mentions} }) { message { id } } }`,
    )
  }
  const scheduledIds: string[] = []
  for (let count = 0; count < 6; count++) {
    const { scheduleMessage } = (await mutate(
      people.owner.app,
      `mutation { scheduleMessage(input: {
        conversationId: "${groupId}", clientMessageId: "${randomUUID()}", text: "Later", sendAt: "${new Date(Date.now() + 86_400_000).toISOString()}"
      }) { scheduledMessage { id } } }`,
    )) as { scheduleMessage: { scheduledMessage: { id: string } } }
    scheduledIds.push(scheduleMessage.scheduledMessage.id)
  }
  const inGroup = await fillGroup(people.owner, groupId)
  const devices: ReturnType<World['device']>[] = []
  for (let count = 0; count < 3; count++) {
    const { registerDevice } = (await mutate(
      people.other.app,
      'mutation { registerDevice(input: { name: "New", platform: WEB }) { deviceSecret device { id } } }',
    )) as { registerDevice: { deviceSecret: string; device: { id: string } } }
    devices.push({ deviceId: registerDevice.device.id, deviceSecret: registerDevice.deviceSecret })
  }
  await mutate(
    people.owner.app,
    `mutation { updateProfile(input: {
      username: "olga.the.owner", bio: "Hello", avatarUrl: "https://example.org/", locale: "en", timeZone: "UTC"
    }) { user { id } } }`,
  )
  const pair = (from: keyof typeof people, field: string, to: keyof typeof people) =>
    mutate(people[from].app, `mutation { ${field}(input: { userId: "${people[to].userId}" }) { user { id } } }`)
  await mutate(
    people.owner.app,
    `mutation { updateSettings(input: { notifications: { quietHours: { from: "22:00", to: "06:00" } } }) {
      settings { notifications { previews } }
    } }`,
  )
  await pair('friend', 'sendFriendRequest', 'owner')
  await pair('owner', 'approveFriendRequest', 'friend')
  await pair('asking', 'sendFriendRequest', 'owner')
  await pair('owner', 'sendFriendRequest', 'other')
  await pair('owner', 'blockUser', 'blocked')
  // The time of last use is written some seconds late.
  await eventually(
    async () => expect(await verdict('owner', '{ me { sessions { edges { node { lastSeenAt } } } } }')).toBe('seen'),
    20_000,
  )
  {
    await using inbox = openInbox(people.owner)
    await inbox.next()
  }
  const lastSeen = `{ presence(userIds: ["${people.owner.userId}"]) { lastSeenAt } }`
  await eventually(async () => expect(await verdict('stranger', lastSeen)).toBe('seen'))
  // Of no conversation that there is.
  await database.database.query(
    `insert into delivery.parked (shard, epoch, xid, id, kind, key, at, reason)
     values (0, 0, '1', 1, 'chat.MessageSent', $1, now(), 'It failed.')`,
    [randomUUID()],
  )
  let turn = 0
  world = {
    ownerId: people.owner.userId,
    memberId: people.member.userId,
    groupId,
    messageId,
    placeId,
    mediaId,
    fileMessageId,
    scheduledIds,
    ...inGroup,
    otherId: people.other.userId,
    blockedId: people.blocked.userId,
    otherSessionId: people.other.session.id,
    otherDeviceId: people.other.deviceId,
    device: () => devices[turn++ % devices.length]!, // there are three
    fresh: randomUUID,
  }
})

afterAll(async () => {
  await Promise.all(Object.values(people ?? {}).map((person) => person.app[Symbol.asyncDispose]()))
  await program?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
})

/** Gives the group one of everything that a manager sees. */
async function fillGroup(owner: Signed, groupId: string) {
  const [invited, asking, banned] = await Promise.all(
    ['Ivy', 'Ann', 'Ben'].map((name) => signInAt(url, folder.path, name)),
  )
  const by = async (person: Signed | undefined, text: string) => (await mutate(person!.app, text)) as never
  const input = (fields: string) => `(input: { groupId: "${groupId}" ${fields} })`
  await by(
    invited,
    'mutation { updateSettings(input: { privacy: { groupsFrom: NOBODY } }) { settings { __typename } } }',
  )
  await by(owner, `mutation { addGroupMembers${input(`userIds: ["${invited!.userId}"]`)} { group { id } } }`)
  await by(owner, `mutation { banGroupMember${input(`userId: "${banned!.userId}"`)} { group { id } } }`)
  const makeLink = `mutation { createGroupLink${input('needsApproval: true maxUses: 9 expiresAt: "2999-01-01T00:00:00.000Z"')} { link { id code } } }`
  const { createGroupLink: kept }: { createGroupLink: { link: { code: string } } } = await by(owner, makeLink)
  const { createGroupLink: spent }: { createGroupLink: { link: { id: string } } } = await by(owner, makeLink)
  await by(asking, `mutation { joinGroup(input: { code: "${kept.link.code}" }) { preview { title } } }`)
  const { reportGroup }: { reportGroup: { reportId: string } } = await by(
    invited,
    `mutation { reportGroup${input('reason: OTHER')} { reportId } }`,
  )
  const { createGroup: ended }: { createGroup: { group: { id: string } } } = await by(
    owner,
    'mutation { createGroup(input: { title: "Ended", memberIds: [] }) { group { id } } }',
  )
  await by(owner, `mutation { deleteGroup(input: { groupId: "${ended.group.id}" }) { groupId } }`)
  for (const person of [invited, asking, banned]) await person!.app[Symbol.asyncDispose]()
  return {
    bannedId: banned!.userId,
    linkId: spent.link.id,
    reportId: reportGroup.reportId,
    endedGroupId: ended.group.id,
  }
}

const removeFormer = () =>
  mutate(
    people.owner.app,
    `mutation { removeGroupMember(input: { groupId: "${world.groupId}", userId: "${people.former.userId}" }) { group { id } } }`,
  )

async function headersOf(viewer: Viewer, body: string): Promise<Record<string, string>> {
  if (viewer === 'anonymous') return {}
  if (viewer === 'admin') return { authorization: `Bearer ${token}` }
  return signRequest({ session: people[viewer].session, method: 'POST', target: new URL(url).pathname, body })
}

/** `seen`, `null`, `empty`, or the code of the first error. */
async function verdict(viewer: Viewer, query: string): Promise<string> {
  const body = JSON.stringify({ query })
  const headers = { 'content-type': 'application/json', ...(await headersOf(viewer, body)) }
  const response = await fetch(url, { method: 'POST', headers, body })
  const { data, errors } = (await response.json()) as {
    data?: unknown
    errors?: { message: string; extensions?: { code?: string } }[]
  }
  if (errors?.[0]) return errors[0].extensions?.code ?? errors[0].message
  let value = data
  while (typeof value === 'object' && value !== null) {
    if (Array.isArray(value) && value.length === 0) return 'empty'
    value = Object.values(value)[0]
  }
  return value === null || value === undefined ? 'null' : 'seen'
}

/** Every field that an operation may ask for. */
function coordinatesOf(of: GraphQLSchema): string[] {
  return Object.values(of.getTypeMap()).flatMap((type) =>
    !type.name.startsWith('__') && (isObjectType(type) || isInterfaceType(type))
      ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)
      : [],
  )
}

/** Every place where a client names something by its id: arguments, and fields of inputs. */
function idsOf(of: GraphQLSchema): string[] {
  return Object.values(of.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__')) return []
    if (isInputObjectType(type)) {
      return Object.values(type.getFields()).flatMap((field) =>
        getNamedType(field.type).name === 'ID' ? `${type.name}.${field.name}` : [],
      )
    }
    if (!isObjectType(type)) return []
    return Object.values(type.getFields()).flatMap((field) =>
      field.args.flatMap((argument) =>
        getNamedType(argument.type).name === 'ID' ? `${type.name}.${field.name}(${argument.name})` : [],
      ),
    )
  })
}

/** The fields that a document selects, and the ids that it gives. */
function usesOf(text: string): Set<string> {
  const uses = new Set<string>()
  const info = new TypeInfo(schema)
  visit(
    parse(text),
    visitWithTypeInfo(info, {
      Field: (node) => void uses.add(`${info.getParentType()?.name}.${node.name.value}`),
      Argument: (node) =>
        void uses.add(`${info.getParentType()?.name}.${info.getFieldDef()?.name}(${node.name.value})`),
      ObjectField: (node) => {
        const parent = info.getParentInputType()
        if (parent) uses.add(`${getNamedType(parent).name}.${node.name.value}`)
      },
    }),
  )
  return uses
}

test('each field of the schema has a row, and each row shows its field', () => {
  expect([...matrix.keys(), ...streamed, ...ending].sort()).toEqual(coordinatesOf(schema).sort())
  for (const [coordinate, row] of matrix) expect([...usesOf(row.ask(world))]).toContain(coordinate)
})

test('each id that a client may name is somebody else’s in some row', () => {
  const used = new Set([...matrix.values()].flatMap((row) => [...usesOf(row.ask(world))]))
  // The owner's, in a test of its own.
  for (const id of usesOf(print(PresenceChangesDocument))) used.add(id)
  expect(idsOf(schema).filter((id) => !used.has(id))).toEqual([])
})

test('an inbox is only for its own user: anonymous clients get none, and nobody gets another user’s', async () => {
  const { owner, member, former, stranger, other } = people
  for (const app of [connect({ url }), connect({ url, token })]) {
    const stream = app.subscribe(InboxDocument, {})
    await expect(stream.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await app[Symbol.asyncDispose]()
  }
  await database.settled()
  await using ofMember = openInbox(member)
  await using ofFormer = openInbox(former)
  await using ofStranger = openInbox(stranger)
  const [, { cursor }] = await Promise.all([ofMember.next(), ofFormer.next(), ofStranger.next()])

  await sendText(owner, world.groupId, 'the last one for Fred')
  expect(await ofMember.text()).toBe('the last one for Fred')
  expect(await ofFormer.text()).toBe('the last one for Fred')
  await removeFormer()
  for (const inbox of [ofMember, ofFormer]) {
    expect(await inbox.next()).toMatchObject({
      __typename: 'MemberLeft',
      groupId: world.groupId,
      user: { id: former.userId, displayName: 'Fred' },
      by: { id: owner.userId, displayName: 'Olga' },
    })
  }
  await sendText(owner, world.groupId, 'not for Fred')
  expect(await ofMember.text()).toBe('not for Fred')
  // A changed profile is told to nobody else: each of the others then hears what is theirs, and nothing before it.
  await mutate(owner.app, 'mutation { updateProfile(input: { displayName: "Olga" }) { user { id } } }')
  for (const [person, inbox] of [
    [former, ofFormer],
    [stranger, ofStranger],
  ] as const) {
    await sendText(other, await openDirect(other, person), 'for you')
    expect(await inbox.text()).toBe('for you')
  }

  // What Fred missed while he was a member still comes, with nothing of the group as it is now; and the stream goes on.
  const document = parse(`subscription ($after: Cursor) {
    inbox(after: $after) { cursor ... on MessageReceived { message { text conversation { lastSequence } } } }
  }`) as TypedDocumentNode<{ inbox: { message?: { text: string; conversation: unknown } } }, { after: string }>
  const resumed = former.app.subscribe(document, { after: cursor })
  const messages = [await resumed.next(), await resumed.next(), await resumed.next()].map(
    ({ value }) => value?.inbox.message,
  )
  expect(messages).toEqual([
    { text: 'the last one for Fred', conversation: null },
    undefined, // that he left
    { text: 'for you', conversation: { lastSequence: 1 } },
  ])
  await resumed.return?.()
})

test('presence is told to signed-in users alone, and nothing of it to somebody who is blocked', async () => {
  const userIds = [people.owner.userId]
  for (const app of [connect({ url }), connect({ url, token })]) {
    const stream = app.subscribe(PresenceChangesDocument, { userIds })
    await expect(stream.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await app[Symbol.asyncDispose]()
  }
  await using _online = openInbox(people.owner)
  await _online.next()
  const first = async (viewer: Signed) => {
    const stream = viewer.app.subscribe(PresenceChangesDocument, { userIds })
    const { value } = await stream.next()
    await stream.return?.()
    return value?.presence
  }
  expect(await first(people.stranger)).toMatchObject([{ userId: people.owner.userId, online: true }])
  expect(await first(people.blocked)).toEqual([{ userId: people.owner.userId, online: false, lastSeenAt: null }])
})

test('signing out is for users alone, and ends their own session', async () => {
  const query = 'mutation { signOut { sessionId } }'
  for (const viewer of ['anonymous', 'admin'] as const) expect(await verdict(viewer, query)).toBe('UNAUTHENTICATED')
  const leaving = await signInAt(url, folder.path, 'Lena')
  const { signOut } = (await mutate(leaving.app, query)) as { signOut: { sessionId: string } }
  expect(signOut.sessionId).toBe(leaving.session.id)
  await expect(mutate(leaving.app, 'query { me { id } }')).rejects.toMatchObject({ code: 'SESSION_REVOKED' })
  await leaving.app[Symbol.asyncDispose]()
  expect(await verdict('owner', '{ me { id } }')).toBe('seen')
})

describe.each([...matrix])('%s', (_, { access, ask }) => {
  test('is shown to the allowed viewers, and to nobody else', async () => {
    const verdicts: Partial<Record<Viewer, string>> = {}
    for (const viewer of viewers) verdicts[viewer] = await verdict(viewer, ask(world))
    expect(verdicts).toEqual(access)
  })
})

test('what was refused has changed nothing', async () => {
  const { rows } = await database.database.query<{ senderId: string }>(
    `select distinct sender_id as "senderId" from chat.receipts where conversation_id = $1::uuid`,
    [world.groupId],
  )
  expect(rows.map(({ senderId }) => senderId).sort()).toEqual([people.owner.userId, people.member.userId].sort())
  for (const viewer of ['former', 'stranger'] as const) {
    const list = await people[viewer].app.query(
      parse('{ conversations { edges { node { id } } } }') as TypedDocumentNode<
        { conversations: { edges: { node: { id: string } }[] } },
        object
      >,
      {},
    )
    expect(list.conversations.edges.length).toBeGreaterThan(0)
    expect(list.conversations.edges.map(({ node }) => node.id)).not.toContain(world.groupId)
  }
  // Otto’s session outlived everybody’s wish but the admin’s.
  await expect(mutate(people.other.app, 'query { me { id } }')).rejects.toMatchObject({
    name: GraphError.name,
    code: 'SESSION_REVOKED',
  })
})
