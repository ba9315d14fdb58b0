import { randomBytes, randomUUID } from 'node:crypto'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { parse } from 'graphql'
import { GraphError } from '../../client/connect.ts'
import { CreateGroupDocument } from '../../client/generated/operations.ts'
import { openDirect, openInbox, sendText, signInAt } from '../support/app.ts'
import { createDatabase } from '../support/database.ts'
import { freePort } from '../../platform/free-port.ts'
import { makeFolder, startProgram } from '../support/program.ts'
import { describeWith, requireUrl, SERVICES, urlOf } from '../support/services.ts'

jest.setTimeout(180_000)

const document = (query: string) => parse(query) as TypedDocumentNode<unknown, { id: string }>
const History = document(`query ($id: ID!) {
  conversation(id: $id) {
    kind
    participants { edges { node { id displayName } } }
    messages { edges { node { text sender { id displayName } } } }
  }
}`)
const Members = document(
  `query ($id: ID!) { group(id: $id) { title members { edges { node { role user { displayName } } } } } }`,
)

const missing = SERVICES.find((service) => urlOf(service) === null && service !== 'mongo')

describeWith(missing ?? 'postgres', 'while the users subgraph is away', () => {
  test('a history page, a group and the inbox have all that others know; the names are null, with an error each', async () => {
    await using folder = await makeFolder()
    await using database = await createDatabase({ empty: true, max: 1 })
    const unique = `t${randomUUID().replaceAll('-', '').slice(0, 12)}`
    const [usersPort, port] = [await freePort(), await freePort()]
    const common = {
      DATA_DIR: folder.path,
      LOG_LEVEL: 'error',
      POSTGRES_URL: database.url,
      REDIS_URL: requireUrl('redis'),
      REDIS_PREFIX: `${unique}:`,
      RABBITMQ_URL: requireUrl('rabbitmq'),
      RABBITMQ_PREFIX: `${unique}.`,
      GATEWAY_SECRET: randomUUID() + randomUUID(),
      SESSION_KEYS: randomBytes(32).toString('hex'),
      SUBGRAPH_USERS_URL: `http://127.0.0.1:${usersPort}/graphql`,
    }
    const users = await startProgram({ ...common, ROLES: 'users', USERS_PORT: String(usersPort) })
    await using _others = await startProgram({
      ...common,
      ROLES: 'gateway,chat,groups,delivery,push',
      PORT: String(port),
    })
    const url = `http://127.0.0.1:${port}/graphql`
    const ada = await signInAt(url, folder.path, 'Ada')
    const bob = await signInAt(url, folder.path, 'Bob')
    try {
      const conversationId = await openDirect(ada, bob)
      const { createGroup } = await ada.app.mutate(CreateGroupDocument, {
        input: { title: 'Club', memberIds: [bob.userId] },
      })
      for (const text of ['one', 'two']) await sendText(ada, conversationId, text)
      expect(JSON.stringify(await bob.app.query(History, { id: conversationId }))).toContain('"displayName":"Ada"')
      await database.settled()
      await using inbox = openInbox(bob)
      expect((await inbox.next()).__typename).toBe('InboxOpened')

      await users[Symbol.asyncDispose]()

      const history = await bob.app.query(History, { id: conversationId }).catch((error: unknown) => error)
      const sender = { id: ada.userId, displayName: null }
      expect((history as GraphError).data).toEqual({
        conversation: {
          kind: 'DIRECT',
          participants: {
            edges: expect.arrayContaining([{ node: sender }, { node: { id: bob.userId, displayName: null } }]),
          },
          messages: { edges: ['one', 'two'].map((text) => ({ node: { text, sender } })) },
        },
      })
      expectAway(history, 'conversation.messages')

      const members = await bob.app.query(Members, { id: createGroup.group.id }).catch((error: unknown) => error)
      const unnamed = { displayName: null }
      expect((members as GraphError).data).toEqual({
        group: {
          title: 'Club',
          members: { edges: ['OWNER', 'MEMBER'].map((role) => ({ node: { role, user: unnamed } })) },
        },
      })
      expectAway(members, 'group.members')

      await sendText(ada, conversationId, 'three')
      expect(await inbox.next()).toMatchObject({ message: { text: 'three', sender } })
    } finally {
      for (const { app } of [ada, bob]) await app[Symbol.asyncDispose]()
    }
  })
})

/** Each error says that a part was away, and one of them stands there. */
function expectAway(answer: unknown, place: string): void {
  expect(answer).toBeInstanceOf(GraphError)
  const { errors } = answer as GraphError
  for (const { extensions } of errors) expect(extensions?.['code']).toBe('DOWNSTREAM_SERVICE_ERROR')
  expect(errors.map(({ path }) => path?.join('.'))).toContainEqual(expect.stringContaining(place))
}
