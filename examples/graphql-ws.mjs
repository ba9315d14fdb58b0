/**
 * graphql-ws alone: an inbox that continues after its last event, whatever breaks. Run: node examples/graphql-ws.mjs
 * [url]
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
  // Browsers have a WebSocket of their own, and so has Node since version 22.
  webSocketImpl: globalThis.WebSocket ?? (await import('ws')).default,
  // A function, because a timestamp and a nonce are valid for one connection.
  connectionParams: signingParams(session, wsUrl),
  keepAlive: 10_000,
  // `keepAlive` only sends pings. The connection is closed if a pong does not come within five seconds.
  on: {
    ping: (received) => {
      if (!received) unanswered = setTimeout(() => client.terminate(), 5_000)
    },
    pong: (received) => received && clearTimeout(unanswered),
    closed: () => clearTimeout(unanswered),
  },
  // The default gives up after five breaks in a row.
  retryAttempts: Infinity,
  // By default only closed sockets are retried, but a server that is down should be retried too. 4403 is final;
  // graphql-ws itself treats 4401 as final.
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
