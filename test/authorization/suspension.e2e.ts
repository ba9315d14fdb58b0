import { once } from 'node:events'
import { parse, print } from 'graphql'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { SignJWT } from 'jose'
import { WebSocket } from 'ws'
import { connect } from '../../client/connect.ts'
import { InboxDocument, MeDocument } from '../../client/generated/operations.ts'
import { signRequest } from '../../client/sign.ts'
import { openInbox, signInAt } from '../support/app.ts'
import { createDatabase } from '../support/database.ts'
import { makeFolder, startProgram } from '../support/program.ts'

/** The whole way of a suspension, from the admin's mutation to every entry, in the program as it is started. */
jest.setTimeout(60_000)

const ADMIN_SECRET = 'the secret of the admins of this test 0123456789'
const SUSPEND = parse(
  'mutation ($id: ID!) { suspendUser(input: { userId: $id, reason: "Spam" }) { revokedIds } }',
) as TypedDocumentNode<{ suspendUser: { revokedIds: string[] } }, { id: string }>

test('a suspended user is refused on HTTP, graphql-ws and SSE, and open sockets close within a second', async () => {
  await using database = await createDatabase({ max: 1 })
  await using folder = await makeFolder()
  await using program = await startProgram({
    POSTGRES_URL: database.url,
    DATA_DIR: folder.path,
    PORT: '0',
    LOG_LEVEL: 'error',
    ADMIN_JWT_SECRET: ADMIN_SECRET,
  })
  const url = program.banner('GraphQL')
  const target = new URL(url).pathname
  const token = await new SignJWT({ roles: ['admin'] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('root')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(ADMIN_SECRET))
  const root = connect({ url, token })
  const ada = await signInAt(url, folder.path, 'Ada')
  const { session } = ada

  const openSocket = async () => {
    const socket = new WebSocket(program.banner('WebSocket'), 'graphql-transport-ws')
    const closed = once(socket, 'close') as Promise<[number, Buffer]>
    await once(socket, 'open')
    const payload = await signRequest({ session, method: 'WS', target })
    socket.send(JSON.stringify({ type: 'connection_init', payload }))
    return { socket, closed }
  }
  const askHttp = async (query: string, accept: string) => {
    const body = JSON.stringify({ query })
    const signed = await signRequest({ session, method: 'POST', target, body })
    return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', accept, ...signed }, body })
  }

  const open = await openSocket()
  await once(open.socket, 'message')
  await using inbox = openInbox(ada)
  await inbox.next()

  const { suspendUser } = await root.mutate(SUSPEND, { id: ada.userId })
  const suspendedAt = Date.now()
  expect(suspendUser.revokedIds).toEqual([session.id])
  const [code, reason] = await open.closed
  expect([code, String(reason)]).toEqual([4401, 'SESSION_REVOKED'])
  await expect(inbox.next()).rejects.toThrow('SESSION_REVOKED')
  expect(Date.now() - suspendedAt).toBeLessThan(10_000)

  const http = await askHttp(print(MeDocument), 'application/json')
  expect(await http.json()).toMatchObject({ errors: [{ extensions: { code: 'SESSION_REVOKED' } }] })
  expect(await (await askHttp(print(InboxDocument), 'text/event-stream')).text()).toContain('SESSION_REVOKED')
  const again = await openSocket()
  expect((await again.closed)[0]).toBe(4401)
  for (const app of [root, ada.app]) await app[Symbol.asyncDispose]()
})
