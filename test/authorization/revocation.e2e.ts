import { once } from 'node:events'
import { parse, print } from 'graphql'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { InboxDocument, MeDocument } from '../../client/generated/operations.ts'
import { signRequest } from '../../client/sign.ts'
import { WebSocket } from 'ws'
import { openDirect, openInbox, sendText, signInAt } from '../support/app.ts'
import { createDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { makeFolder, startProgram } from '../support/program.ts'

/** The whole way of a revocation, from the mutation to the socket, in the program as it is started. */
jest.setTimeout(60_000)

test('ending a session ends its socket and its stream over HTTP at once, and nothing comes after', async () => {
  await using database = await createDatabase({ max: 1 })
  await using folder = await makeFolder()
  await using program = await startProgram({
    POSTGRES_URL: database.url,
    DATA_DIR: folder.path,
    PORT: '0',
    LOG_LEVEL: 'error',
    RATE_ANONYMOUS_BURST: '1000',
    OTP_CLIENT_PER_HOUR: '10000',
  })
  const url = program.banner('GraphQL')
  const ada = await signInAt(url, folder.path, 'Ada')
  const bob = await signInAt(url, folder.path, 'Bob')
  const conversationId = await openDirect(ada, bob)
  const query = print(InboxDocument)
  const { session } = bob
  const target = new URL(url).pathname

  const socket = new WebSocket(program.banner('WebSocket'), 'graphql-transport-ws')
  const frames: string[] = []
  socket.on('message', (data: Buffer) => frames.push(data.toString()))
  const closed = once(socket, 'close')
  await once(socket, 'open')
  socket.send(
    JSON.stringify({ type: 'connection_init', payload: await signRequest({ session, method: 'WS', target }) }),
  )
  await eventually(() => expect(frames).toHaveLength(1))
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }))

  const body = JSON.stringify({ query })
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(await signRequest({ session, method: 'POST', target, body })),
    },
    body,
  })
  let streamed = ''
  const drained = (async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) streamed += chunk
  })()
  await using ofAda = openInbox(ada)
  await ofAda.next()
  await eventually(() => expect(frames).toHaveLength(2))
  await eventually(() => expect(streamed).toContain('InboxOpened'))
  await sendText(ada, conversationId, 'before')
  expect(await ofAda.text()).toBe('before')
  await eventually(() => expect(frames.at(-1)).toContain('"before"'))
  await eventually(() => expect(streamed).toContain('"before"'))

  const revoke = parse('mutation ($input: RevokeSessionsInput!) { revokeSessions(input: $input) { revokedIds } }')
  const sessionIds = [session.id]
  const variables = { input: { sessionIds } }
  const answer = await bob.app.mutate(revoke as TypedDocumentNode<object, typeof variables>, variables)
  expect(answer).toEqual({ revokeSessions: { revokedIds: sessionIds } })
  await sendText(ada, conversationId, 'after')
  expect(await ofAda.text()).toBe('after')

  const [code, reason] = (await closed) as [number, Buffer]
  expect([code, String(reason)]).toEqual([4401, 'SESSION_REVOKED'])
  await drained
  expect(streamed).toContain('SESSION_REVOKED')
  expect(frames.join('\n') + streamed).not.toContain('"after"')
  await expect(bob.app.query(MeDocument, {})).rejects.toMatchObject({ code: 'SESSION_REVOKED' })
  // Nobody comes in by claiming what only the gateway may say.
  const claimed = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-gateway-user-id': bob.userId, 'x-gateway-signature': 'x' },
    body: JSON.stringify({ query: print(MeDocument) }),
  })
  expect(await claimed.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
  for (const { app } of [ada, bob]) await app[Symbol.asyncDispose]()
})
