/**
 * A bot that answers each message, and goes on where it stopped. Its session, its place in the inbox and the answers that
 * wait are in one file. Run: node examples/bot.mjs [url] [file]
 */
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline/promises'
import { connect } from '@parley/client'
import { openAccount } from '@parley/client/account'
import { follow } from '@parley/client/follow'
import { InboxDocument } from '@parley/client/operations'
import { openOutbox } from '@parley/client/outbox'
import { fileStorage } from '@parley/client/storage/file'

const url = process.argv[2] ?? 'http://127.0.0.1:4000/graphql'
const storage = fileStorage(process.argv[3] ?? 'bot.json')

const account = openAccount({ url, storage, deviceName: 'The bot', platform: 'OTHER' })
const { session, userId } = (await account.current()) ?? (await signIn())
console.log(`Signed in as the bot, user ${userId}`)

const app = connect({ url, session })
const outbox = await openOutbox({ app, userId, storage })
const following = follow(InboxDocument, {
  app,
  storage,
  userId,
  refetch: () => console.log('Listening'),
  async handle({ inbox }) {
    if (inbox.__typename !== 'MessageReceived' || inbox.message.type !== 'TEXT') return
    const { id, sender, text, conversation } = inbox.message
    if (sender.id === userId) return
    console.log(`${sender.displayName}: ${text}`)
    // If it stops right here, it handles the event again: the id keeps it from answering twice.
    await outbox.send({ conversationId: conversation.id, text: `Got ${text}` }, `answer to ${id}`)
  },
})
process.once('SIGTERM', () => void following[Symbol.asyncDispose]())
await following.ended
await outbox[Symbol.asyncDispose]()
await app[Symbol.asyncDispose]()

async function signIn() {
  const address = `bot.${randomUUID()}@example.org`
  await account.requestCode(address)
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const code = await terminal.question(`One-time password for ${address}: `)
  terminal.close()
  const { signedIn, failure } = await account.verifyCode(address, code.trim(), 'The bot')
  if (!signedIn) throw new Error(`The code was refused: ${failure}.`)
  return signedIn
}
