/**
 * graphql-ws alone: an inbox that goes on behind its last event, whatever breaks.
 * Run: node examples/graphql-ws.mjs [url]
 */
import { createClient } from 'graphql-ws'
import { INBOX } from './queries.mjs'
import { resuming } from './resume.mjs'
import { signIn } from './sign-in.mjs'
import { signingParams } from './signing-fetch.mjs'

const url = process.argv[2] ?? 'http://127.0.0.1:4000/graphql'
const wsUrl = url.replace(/^http/, 'ws')
const session = await signIn(url, 'Wendy')

let unanswered
const client = createClient({
  url: wsUrl,
  // Browsers, and Node from 22 on, have a WebSocket of their own.
  webSocketImpl: globalThis.WebSocket ?? (await import('ws')).default,
  // A function: a timestamp and a nonce are good for one connection.
  connectionParams: signingParams(session, wsUrl),
  keepAlive: 10_000,
  // `keepAlive` only asks. A connection that is open and dead is left when there is no answer within five seconds.
  on: {
    ping: (received) => {
      if (!received) unanswered = setTimeout(() => client.terminate(), 5_000)
    },
    pong: (received) => received && clearTimeout(unanswered),
    closed: () => clearTimeout(unanswered),
  },
  // Without end: after five breaks in a row the default gives up.
  retryAttempts: Infinity,
  // The default retries nothing but a close; a server that is away, too, is worth another try. 4403 is final;
  // 4401 is too, and graphql-ws knows it.
  shouldRetry: (event) => event.code !== 4403,
})
const subscribe = resuming((payload, sink) => client.subscribe(payload, sink))

subscribe(
  { query: INBOX },
  {
    next({ data: { inbox } }) {
      if (inbox.__typename === 'InboxOpened') console.log('Listening')
      else if (inbox.message) console.log(`${inbox.message.sender.displayName}: ${inbox.message.text}`)
    },
    error(error) {
      console.error('The inbox ended:', error)
      process.exitCode = 1
    },
    complete() {},
  },
)
