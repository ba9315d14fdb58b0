import { parse } from 'graphql'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { PresenceChangesDocument, StartTypingDocument } from '../../client/generated/operations.ts'
import {
  openDirect,
  openInbox,
  sendText,
  signInAt,
  type InboxItem,
  type Signed,
  type TestInbox,
} from '../support/app.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { makeFolder, type Program, startProgram } from '../support/program.ts'

/** What streams get after somebody was removed, banned or blocked: of a revoked session, revocation.e2e.ts says it. */
jest.setTimeout(120_000)

let database: TestDatabase
let folder: Awaited<ReturnType<typeof makeFolder>>
let program: Program
let ada: Signed, bob: Signed, cleo: Signed

beforeAll(async () => {
  database = await createDatabase({ max: 1 })
  // With one shard all events have one order: what comes after another one shows that the other did not come.
  await database.database.query('update events.settings set shards = 1')
  folder = await makeFolder()
  program = await startProgram({
    POSTGRES_URL: database.url,
    DATA_DIR: folder.path,
    PORT: '0',
    LOG_LEVEL: 'error',
    RATE_ANONYMOUS_BURST: '1000',
    OTP_CLIENT_PER_HOUR: '10000',
  })
  const url = program.banner('GraphQL')
  ;[ada, bob, cleo] = await Promise.all([
    signInAt(url, folder.path, 'Ada'),
    signInAt(url, folder.path, 'Bob'),
    signInAt(url, folder.path, 'Cleo'),
  ])
})
afterAll(async () => {
  for (const { app } of [ada, bob, cleo]) await app[Symbol.asyncDispose]()
  await program[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const mutate = ({ app }: Signed, text: string) =>
  app.mutate(
    parse(`mutation { ${text} }`) as TypedDocumentNode<Readonly<Record<string, { group: { id: string } }>>, object>,
    {},
  )

const makeGroup = async (): Promise<string> => {
  const memberIds = JSON.stringify([bob.userId, cleo.userId])
  const { createGroup } = await mutate(
    ada,
    `createGroup(input: { title: "Group", memberIds: ${memberIds} }) { group { id } }`,
  )
  return createGroup!.group.id
}

const says = (event: InboxItem, text: string) => event.__typename === 'MessageReceived' && event.message.text === text

/** All events until the message with this text. */
async function until(inbox: TestInbox, text: string): Promise<InboxItem[]> {
  const events: InboxItem[] = []
  for (;;) {
    const event = await inbox.next()
    if (says(event, text)) return events
    events.push(event)
  }
}

const type = (person: Signed, conversationId: string) =>
  person.app.mutate(StartTypingDocument, { input: { conversationId } })

test.each(['removeGroupMember', 'banGroupMember'])(
  'after %s the last event of the group is that the member left; the rest of the inbox goes on',
  async (act) => {
    const groupId = await makeGroup()
    const direct = await openDirect(cleo, bob)
    await using ofBob = openInbox(bob)
    await using ofCleo = openInbox(cleo)
    await Promise.all([ofBob.next(), ofCleo.next()])
    const messageId = await sendText(ada, groupId, 'before')
    await Promise.all([until(ofBob, 'before'), until(ofCleo, 'before')])

    await mutate(ada, `${act}(input: { groupId: "${groupId}", userId: "${bob.userId}" }) { __typename }`)
    await type(ada, groupId)
    await sendText(ada, groupId, 'after')
    await mutate(ada, `editMessage(input: { messageId: "${messageId}", text: "edited" }) { __typename }`)
    await mutate(ada, `addReaction(input: { messageId: "${messageId}", emoji: "👍" }) { __typename }`)
    await mutate(ada, `updateGroup(input: { groupId: "${groupId}", title: "Other" }) { __typename }`)
    await sendText(cleo, direct, `sign after ${act}`)

    const seen = (await until(ofCleo, `sign after ${act}`)).map(({ __typename }) => __typename)
    expect(seen).toEqual(
      expect.arrayContaining(['MemberLeft', 'MessageReceived', 'MessageEdited', 'ReactionChanged', 'GroupUpdated']),
    )
    const got = await until(ofBob, `sign after ${act}`)
    expect(got.map(({ __typename }) => __typename)).toEqual(['MemberLeft'])
  },
)

test('after a block neither of the two is told that the other types or is online, and the group goes on for both', async () => {
  const groupId = await makeGroup()
  await using ofAda = openInbox(ada)
  await using ofBob = openInbox(bob)
  await using ofCleo = openInbox(cleo)
  await Promise.all([ofAda.next(), ofBob.next(), ofCleo.next()])
  const online: boolean[] = []
  const presence = bob.app.subscribe(PresenceChangesDocument, { userIds: [ada.userId] })
  const watching = (async () => {
    for await (const { presence: changed } of presence) for (const one of changed) online.push(one.online)
  })()
  await eventually(() => expect(online.at(-1)).toBe(true))

  await mutate(ada, `blockUser(input: { userId: "${bob.userId}" }) { __typename }`)
  await type(ada, groupId)
  await type(bob, groupId)
  await sendText(cleo, groupId, 'sign after the block')

  const typing = (events: readonly InboxItem[]) => events.filter(({ __typename }) => __typename === 'TypingChanged')
  expect(typing(await until(ofAda, 'sign after the block'))).toEqual([])
  expect(typing(await until(ofBob, 'sign after the block'))).toEqual([])
  expect(typing(await until(ofCleo, 'sign after the block')).length).toBeGreaterThan(0)
  await eventually(() => expect(online.at(-1)).toBe(false))
  await presence.return?.()
  await watching
})
