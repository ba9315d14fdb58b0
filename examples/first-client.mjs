/** A first app: signs in, listens, and sends a message to its own group. Run: node examples/first-client.mjs [url] */
import { connect } from '@parley/client'
import { CreateGroupDocument, InboxDocument, SendMessageDocument } from '@parley/client/operations'
import { signIn } from './sign-in.mjs'

const url = process.argv[2] ?? 'http://127.0.0.1:4000/graphql'
const session = await signIn(url, 'Ada')
const app = connect({ url, session })

const { createGroup } = await app.mutate(CreateGroupDocument, { input: { title: 'Notes', memberIds: [] } })
const { conversation } = createGroup.group

// Store each event's cursor: with it as `after`, the inbox continues right after that event, even weeks later.
let cursor
for await (const { inbox } of app.subscribe(InboxDocument, { after: cursor })) {
  cursor = inbox.cursor
  if (inbox.__typename === 'InboxOpened') {
    const input = { conversationId: conversation.id, clientMessageId: crypto.randomUUID(), text: 'Hello' }
    await app.mutate(SendMessageDocument, { input })
  }
  if (inbox.__typename === 'MessageReceived' && inbox.message.type === 'TEXT') {
    console.log(`${inbox.message.sender.displayName}: ${inbox.message.text}`)
    break
  }
}
await app[Symbol.asyncDispose]()
