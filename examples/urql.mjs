/**
 * urql: requests over HTTP and the inbox over graphql-ws, both signed; the inbox resumes. Run: node examples/urql.mjs
 * [url]
 */
import { Client, fetchExchange, subscriptionExchange } from '@urql/core'
import { createClient } from 'graphql-ws'
import { INBOX, ME, SEND } from './queries.mjs'
import { resuming } from './resume.mjs'
import { signIn } from './sign-in.mjs'
import { signingFetch, signingParams } from './signing-fetch.mjs'

const url = process.argv[2] ?? 'http://127.0.0.1:4000/graphql'
const wsUrl = url.replace(/^http/, 'ws')
const session = await signIn(url, 'Ursula')

let unanswered
const socket = createClient({
  url: wsUrl,
  webSocketImpl: globalThis.WebSocket ?? (await import('ws')).default,
  connectionParams: signingParams(session, wsUrl),
  keepAlive: 10_000,
  // `keepAlive` only sends pings. The connection is closed if a pong does not come within five seconds.
  on: {
    ping: (received) => {
      if (!received) unanswered = setTimeout(() => socket.terminate(), 5_000)
    },
    pong: (received) => received && clearTimeout(unanswered),
    closed: () => clearTimeout(unanswered),
  },
  retryAttempts: Infinity,
  shouldRetry: (event) => event.code !== 4403,
})
const subscribe = resuming((payload, sink) => socket.subscribe(payload, sink))

const client = new Client({
  url,
  fetch: signingFetch(session),
  preferGetMethod: false,
  exchanges: [
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query, variables }) => ({
        subscribe: (sink) => ({ unsubscribe: subscribe({ query, variables }, sink) }),
      }),
    }),
  ],
})

const { data } = await client.query(ME, {}).toPromise()
console.log(`Hello, ${data.me.displayName}`)

client.subscription(INBOX, {}).subscribe(async ({ data, error }) => {
  if (error) {
    console.error('The inbox ended:', error)
    process.exitCode = 1
    return
  }
  if (data.inbox.__typename === 'InboxOpened') return console.log('Listening')
  const { message } = data.inbox
  if (!message || message.sender.id === session.user.id) return
  console.log(`${message.sender.displayName}: ${message.text}`)
  const input = {
    conversationId: message.conversation.id,
    clientMessageId: `re:${message.id}`,
    text: `Got ${message.text}`,
  }
  await client.mutation(SEND, { input }).toPromise()
})
