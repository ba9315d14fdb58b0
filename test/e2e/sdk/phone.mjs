/**
 * A phone with the SDK: follows its inbox, sends what it is told to, and tells on standard output, a line of JSON each,
 * what happens. Arguments: url, storage file, user, session.
 */
import { createInterface } from 'node:readline'
import { connect } from '@parley/client'
import { follow } from '@parley/client/follow'
import { InboxDocument } from '@parley/client/operations'
import { openOutbox } from '@parley/client/outbox'
import { fileStorage } from '@parley/client/storage/file'

const [url, file, userId, session] = process.argv.slice(2)
const tell = (what) => console.log(JSON.stringify(what))
const storage = fileStorage(file)
const app = connect({ url, session: JSON.parse(session), timeoutMs: 2_000 })
const outbox = await openOutbox({ app, userId, storage })
app.connection.watch(() => tell({ phase: app.connection.get().phase }))
const following = follow(InboxDocument, {
  app,
  storage,
  userId,
  refetch: () => tell({ refetched: true }),
  handle: ({ inbox }) => {
    if (inbox.__typename === 'MessageReceived' && inbox.message.type === 'TEXT') tell({ text: inbox.message.text })
  },
})
following.ended.catch((error) => tell({ ended: String(error) }))

const { now } = Date
const commands = {
  send: ({ conversationId, text }) => outbox.send({ conversationId, text }),
  /** Its clock goes wrong by this many ms. */
  clock: ({ byMs }) => (Date.now = () => now() + byMs),
}
for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...given } = JSON.parse(line)
  await commands[command](given)
}
