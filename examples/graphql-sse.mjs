/**
 * graphql-sse: the inbox over server-sent events, for networks whose proxy blocks sockets; it resumes. Run: node
 * examples/graphql-sse.mjs [url]
 */
import { createClient } from 'graphql-sse'
import { INBOX } from './queries.mjs'
import { resuming } from './resume.mjs'
import { signIn } from './sign-in.mjs'
import { signingFetch } from './signing-fetch.mjs'

const url = process.argv[2] ?? 'http://127.0.0.1:4000/graphql'
const session = await signIn(url, 'Sibyl')

const client = createClient({
  url,
  // Signs each request, and so each new connection.
  fetchFn: signingFetch(session),
  // Without retries of its own: they would use the first variables, and miss events or get them twice.
  retryAttempts: 0,
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
