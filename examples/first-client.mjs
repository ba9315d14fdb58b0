/** A first app: signs in, listens, says something in a group of its own. Run: node examples/first-client.mjs [url] */
import { connect } from 'parley/client'
import { CreateGroupDocument, InboxDocument, SendMessageDocument } from 'parley/client/operations'
import { signIn } from './sign-in.mjs'

const url = process.argv[2] ?? 'http://127.0.0.1:4000/graphql'
const session = await signIn(url, 'Ada')
const app = connect({ url, session })

const { createGroup } = await app.mutate(CreateGroupDocument, { input: { title: 'Notes', memberIds: [] } })
const { conversation } = createGroup.group

// Keep each event's cursor: given as `after`, the inbox goes on right behind that event, weeks later too.
let cursor
for await (const { inbox } of app.subscribe(InboxDocument, { after: cursor })) {
  cursor = inbox.cursor
  if (inbox.__typename === 'InboxOpened') {
    const input = { conversationId: conversation.id, clientMessageId: crypto.randomUUID(), text: 'Hello' }
    await app.mutate(SendMessageDocument, { input })
  }
  if (inbox.__typename === 'MessageReceived') {
    console.log(`${inbox.message.sender.displayName}: ${inbox.message.text}`)
    break
  }
}
await app[Symbol.asyncDispose]()
