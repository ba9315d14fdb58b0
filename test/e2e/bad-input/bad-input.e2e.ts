import { randomUUID } from 'node:crypto'
import { sendRaw } from '../../../examples/raw.ts'
import { signRequest } from '../../../client/sign.ts'
import { connect, GraphError } from '../../../client/connect.ts'
import {
  ConversationMessagesDocument,
  InboxDocument,
  MeDocument,
  RegisterDeviceDocument,
  RequestOtpDocument,
  SendMessageDocument,
  VerifyOtpDocument,
} from '../../../client/generated/operations.ts'
import { openDirect, type Signed, signInAt } from '../../support/app.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { makeFolder, type Program, startProgram } from '../../support/program.ts'

/** What users do wrong, over real HTTP against the whole program: each has a stable code, and each stands beside a success. */
jest.setTimeout(60_000)

let database: TestDatabase
let folder: Awaited<ReturnType<typeof makeFolder>>
let program: Program
let url: string
let ada: Signed
let bob: Signed
let eve: Signed
let conversationId: string

beforeAll(async () => {
  database = await createDatabase({ max: 1 })
  folder = await makeFolder()
  program = await startProgram({
    POSTGRES_URL: database.url,
    DATA_DIR: folder.path,
    PORT: '0',
    LOG_LEVEL: 'error',
    BODY_LIMIT_BYTES: '65536',
    // Everybody here comes from one address.
    RATE_ANONYMOUS_BURST: '1000',
    OTP_CLIENT_PER_HOUR: '10000',
  })
  url = program.banner('GraphQL')
  ada = await signInAt(url, folder.path, 'Ada')
  bob = await signInAt(url, folder.path, 'Bob')
  eve = await signInAt(url, folder.path, 'Eve')
  conversationId = await openDirect(ada, bob)
})

afterAll(async () => {
  await Promise.all([ada, bob, eve].map((person) => person?.app[Symbol.asyncDispose]()))
  await program?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
})

interface Answer {
  readonly status: number
  readonly code: string | undefined
  readonly message: string | undefined
  readonly body: { data?: unknown; errors?: { message: string; extensions?: Record<string, unknown> }[] }
}

/** A body as it stands, signed by Ada unless the headers say otherwise. */
async function post(body: string, headers?: Record<string, string>): Promise<Answer> {
  const { pathname, search } = new URL(url)
  const signed = await signRequest({ session: ada.session, method: 'POST', target: pathname + search, body })
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(headers ?? signed) },
    body,
  })
  const answer = (await response.json()) as Answer['body']
  const [error] = answer.errors ?? []
  return {
    status: response.status,
    code: error?.extensions?.['code'] as string | undefined,
    message: error?.message,
    body: answer,
  }
}

const ask = (query: string, variables: object = {}) => post(JSON.stringify({ query, variables }))

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
    return 'no error'
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    return error.errors[0]?.extensions?.['code']
  }
}

test('a good request of each form is answered', async () => {
  expect(await ask('{ me { id } }')).toMatchObject({ status: 200, body: { data: { me: { id: ada.userId } } } })
})

test('malformed JSON, and JSON that is no request', async () => {
  expect(await post('{"query": "{ me { id }')).toMatchObject({ status: 400, code: 'BAD_REQUEST' })
  expect(await post('[]')).toMatchObject({ status: 400, code: 'BAD_REQUEST' })
  expect(await post('{}')).toMatchObject({ status: 400, code: 'BAD_REQUEST' })
})

test('a document that does not parse, and a field that does not exist', async () => {
  expect(await ask('{ me { id')).toMatchObject({ status: 400, code: 'GRAPHQL_PARSE_FAILED' })
  const unknown = await ask('{ me { id shoeSize } }')
  expect(unknown).toMatchObject({ status: 400, code: 'GRAPHQL_VALIDATION_FAILED' })
  expect(unknown.message).toContain('shoeSize')
})

test('a body over the limit', async () => {
  expect(await ask('{ me { id } }', { padding: 'x'.repeat(60_000) })).toMatchObject({ status: 200 })
  expect(await ask('{ me { id } }', { padding: 'x'.repeat(70_000) })).toMatchObject({
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
  })
})

test('a missing header, a wrong one, and none at all', async () => {
  const body = JSON.stringify({ query: '{ me { id } }' })
  const { pathname } = new URL(url)
  const headers = await signRequest({ session: ada.session, method: 'POST', target: pathname, body })
  expect(await post(body, headers)).toMatchObject({ status: 200 })
  for (const name of Object.keys(headers)) {
    const { [name]: _, ...others } = headers
    expect(await post(body, others)).toMatchObject({ status: 401, code: 'MALFORMED_CREDENTIALS' })
  }
  expect(await post(body, { ...headers, 'X-Timestamp': 'yesterday' })).toMatchObject({
    status: 401,
    code: 'MALFORMED_CREDENTIALS',
  })
  const stranger = await signRequest({
    session: { ...ada.session, id: randomUUID() },
    method: 'POST',
    target: pathname,
    body,
  })
  expect(await post(body, stranger)).toMatchObject({ status: 401, code: 'SESSION_UNKNOWN' })
  expect(await post(body, {})).toMatchObject({ code: 'UNAUTHENTICATED' })
})

test('a tampered signature, a replayed nonce and a stale timestamp', async () => {
  const request = { url, session: ada.session, document: MeDocument }
  const nonce = randomUUID()
  expect(await sendRaw({ ...request, nonce })).toMatchObject({ status: 200 })
  expect(await sendRaw({ ...request, nonce })).toMatchObject({ status: 401, code: 'NONCE_REPLAYED' })
  expect(await sendRaw({ ...request, tamper: true })).toMatchObject({ status: 401, code: 'SIGNATURE_INVALID' })
  const now = Date.now() - 301_000
  expect(await sendRaw({ ...request, now })).toMatchObject({ status: 401, code: 'TIMESTAMP_STALE' })
})

test('a one-time password that is wrong is data: a failure, and how many tries are left', async () => {
  await using anonymous = connect({ url })
  const { registerDevice } = await anonymous.mutate(RegisterDeviceDocument, {
    input: { name: 'phone', platform: 'WEB' },
  })
  const device = { deviceId: registerDevice.device.id, deviceSecret: registerDevice.deviceSecret }
  const address = `mallory.${randomUUID()}@example.org`
  const verify = (code: string) =>
    anonymous.mutate(VerifyOtpDocument, { input: { ...device, address, code, displayName: 'Mallory' } })
  // None was requested, which is what a late one answers too.
  expect((await verify('123456')).verifyOtp).toMatchObject({ session: null, failure: 'EXPIRED' })
  await anonymous.mutate(RequestOtpDocument, { input: { ...device, address } })
  const { verifyOtp } = await verify('000000').then((first) =>
    first.verifyOtp.failure === null ? verify('000001') : first,
  )
  expect(verifyOtp).toMatchObject({ session: null, failure: 'WRONG', triesLeft: 4 })
})

test('a conversation that is not mine answers as one that does not exist', async () => {
  const read = (person: Signed, id: string) => person.app.query(ConversationMessagesDocument, { id, first: 1 })
  expect((await read(ada, conversationId)).conversation).not.toBeNull()
  expect(await read(eve, conversationId)).toEqual(await read(eve, randomUUID()))
  const send = (person: Signed, id: string) =>
    person.app.mutate(SendMessageDocument, {
      input: { conversationId: id, clientMessageId: randomUUID(), text: 'Hello' },
    })
  expect(await codeOf(send(ada, conversationId))).toBe('no error')
  expect(await codeOf(send(eve, conversationId))).toBe('NOT_FOUND')
  expect(await codeOf(send(eve, randomUUID()))).toBe('NOT_FOUND')
})

test('an empty text', async () => {
  const send = (text: string) =>
    ada.app.mutate(SendMessageDocument, { input: { conversationId, clientMessageId: randomUUID(), text } })
  expect(await codeOf(send('not empty'))).toBe('no error')
  expect(await codeOf(send(''))).toBe('BAD_USER_INPUT')
  expect(await codeOf(send(' \n\t '))).toBe('BAD_USER_INPUT')
})

test('a malformed cursor, of a page and of the inbox', async () => {
  const page = (after: string) => ada.app.query(ConversationMessagesDocument, { id: conversationId, first: 1, after })
  const first = await ada.app.query(ConversationMessagesDocument, { id: conversationId, first: 1 })
  expect(await codeOf(page(first.conversation!.messages.edges[0]!.cursor))).toBe('no error')
  expect(await codeOf(page('bm9uc2Vuc2U'))).toBe('CURSOR_MALFORMED')

  const opened = async (after?: string) => {
    const stream = ada.app.subscribe(InboxDocument, after === undefined ? {} : { after })
    try {
      const { value } = await stream.next()
      return (value as { inbox: { __typename: string } }).inbox.__typename
    } finally {
      await stream.return?.()
    }
  }
  expect(await opened()).toBe('InboxOpened')
  expect(await codeOf(opened('bm9uc2Vuc2U'))).toBe('CURSOR_MALFORMED')
})

test('a variable of the wrong type', async () => {
  const query = 'query ($id: ID!) { conversation(id: $id) { id } }'
  expect(await ask(query, { id: conversationId })).toMatchObject({ status: 200 })
  expect(await ask(query, { id: { $gt: '' } })).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' })
  expect(await ask(query, {})).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' })
})

test('a subscription over plain HTTP is refused with the ways that there are', async () => {
  const refused = await ask('subscription { inbox { cursor } }')
  expect(refused.code).toBe('SUBSCRIPTION_OVER_HTTP')
  expect(refused.status).toBeGreaterThanOrEqual(400)
  expect(refused.status).toBeLessThan(500)
  expect(refused.message).toMatch(/graphql-ws|event-stream/)
})

test('no answer holds a stack, and an unknown path is 404', async () => {
  const answers = [await ask('{ nothing }'), await post('{'), await ask('subscription { inbox { cursor } }')]
  expect(JSON.stringify(answers)).not.toMatch(/stacktrace|node_modules|\.ts:\d/)
  expect((await fetch(new URL('/elsewhere', url))).status).toBe(404)
})
