import { randomBytes, randomUUID } from 'node:crypto'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { parse } from 'graphql'
import { MeDocument } from '../../client/generated/operations.ts'
import { createDatabase } from '../support/database.ts'
import { openDirect, sendText, signInAt, type Signed } from '../support/app.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../../platform/free-port.ts'
import { makeFolder, startProgram } from '../support/program.ts'
import { describeWith, requireUrl, SERVICES, urlOf } from '../support/services.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'

jest.setTimeout(240_000)

const AWAY_MS = 3_000
/** Messages to each reader: before, during and after the outage. */
const MESSAGES = 60

interface Named {
  inbox: { cursor: string; message?: { text: string; sender: { displayName: string } | null } }
}
/** With what the users' database knows: without it nothing of the event could be told. */
const Inbox = parse(`subscription Inbox($after: Cursor) {
  inbox(after: $after) { cursor ... on MessageReceived { message { text sender { displayName } } } }
}`) as TypedDocumentNode<Named, { after?: string }>

/** Everything that a reader gets, as it comes. */
function follow(reader: Signed): { texts: string[]; opened: boolean } {
  const got = { texts: [] as string[], opened: false }
  void (async () => {
    for await (const { inbox } of reader.app.subscribe(Inbox, {})) {
      if (inbox.message) got.texts.push(inbox.message.text)
      else got.opened = true
    }
  })()
  return got
}

const missing = SERVICES.find((service) => urlOf(service) === null && service !== 'mongo')

describeWith(missing ?? 'postgres', 'while PostgreSQL refuses the users for three seconds', () => {
  test('inboxes that ask for the name of each sender get every message once, in order', async () => {
    await using folder = await makeFolder()
    await using database = await createDatabase({ empty: true, max: 1 })
    await using proxy = await startTcpProxy(database.url)
    const unique = `t${randomUUID().replaceAll('-', '').slice(0, 12)}`
    const [usersPort, port] = [await freePort(), await freePort()]
    const common = {
      DATA_DIR: folder.path,
      LOG_LEVEL: 'error',
      REDIS_URL: requireUrl('redis'),
      REDIS_PREFIX: `${unique}:`,
      RABBITMQ_URL: requireUrl('rabbitmq'),
      RABBITMQ_PREFIX: `${unique}.`,
      GATEWAY_SECRET: randomUUID() + randomUUID(),
      SESSION_KEYS: randomBytes(32).toString('hex'),
      SUBGRAPH_USERS_URL: `http://127.0.0.1:${usersPort}/graphql`,
    }
    await using _users = await startProgram({
      ...common,
      POSTGRES_URL: proxy.url,
      ROLES: 'users',
      USERS_PORT: String(usersPort),
    })
    await using _others = await startProgram({
      ...common,
      POSTGRES_URL: database.url,
      ROLES: 'gateway,chat,groups,delivery,push',
      PORT: String(port),
    })
    const url = `http://127.0.0.1:${port}/graphql`
    const ada = await signInAt(url, folder.path, 'Ada')
    const readers = [await signInAt(url, folder.path, 'Bob'), await signInAt(url, folder.path, 'Cyd')]
    try {
      const conversations: string[] = []
      for (const reader of readers) conversations.push(await openDirect(ada, reader))
      const inboxes = readers.map(follow)
      await eventually(() => inboxes.every(({ opened }) => opened))

      const sent: string[] = []
      let restored: Promise<void> | undefined
      for (let n = 1; n <= MESSAGES; n++) {
        if (n === 10) {
          proxy.cut()
          restored = new Promise<void>((resolve) => setTimeout(resolve, AWAY_MS)).then(() => proxy.restore())
          await expect(ada.app.query(MeDocument, {})).rejects.toThrow()
        }
        sent.push(String(n))
        await Promise.all(conversations.map((id) => sendText(ada, id, String(n))))
      }
      await restored
      await eventually(() => expect(inboxes.map(({ texts }) => texts)).toEqual(readers.map(() => sent)), 60_000)
    } finally {
      for (const { app } of [ada, ...readers]) await app[Symbol.asyncDispose]()
    }
  })
})
