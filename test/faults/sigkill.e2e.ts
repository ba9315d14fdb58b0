import { ConversationMessagesDocument } from '../../client/generated/operations.ts'
import { openDirect, openInbox, reconnect, sendText, signInAt } from '../support/app.ts'
import { makeFolder, startProgram } from '../support/program.ts'

jest.setTimeout(120_000)

test('SIGKILL right after a mutation answered loses nothing: the message is there, and a resume gives it once', async () => {
  await using folder = await makeFolder()
  const env = { DATA_DIR: folder.path, PORT: '0', LOG_LEVEL: 'warn' }
  await using first = await startProgram(env)
  const url = first.banner('GraphQL')
  const ada = await signInAt(url, folder.path, 'Ada')
  const bob = await signInAt(url, folder.path, 'Bob')
  const conversationId = await openDirect(ada, bob)
  const before = openInbox(bob)
  const { cursor } = await before.next()
  await before[Symbol.asyncDispose]()
  await bob.app[Symbol.asyncDispose]()

  const ids = [await sendText(ada, conversationId, 'one'), await sendText(ada, conversationId, 'two')]
  await first.stop('SIGKILL')
  await ada.app[Symbol.asyncDispose]()

  await using second = await startProgram(env)
  const again = second.banner('GraphQL')
  const adaAgain = reconnect(ada, again)
  const bobAgain = reconnect(bob, again)
  try {
    const { conversation } = await bobAgain.app.query(ConversationMessagesDocument, { id: conversationId, first: 10 })
    expect(conversation?.messages.edges.map(({ node }) => node.id)).toEqual(ids)

    await using inbox = openInbox(bobAgain, cursor)
    expect([await inbox.text(), await inbox.text()]).toEqual(['one', 'two'])
    // Nothing comes twice: what comes next is what is sent next.
    await sendText(adaAgain, conversationId, 'three')
    expect(await inbox.text()).toBe('three')
  } finally {
    await Promise.all([adaAgain, bobAgain].map(({ app }) => app[Symbol.asyncDispose]()))
  }
})
