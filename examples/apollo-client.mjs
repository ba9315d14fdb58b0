/**
 * Apollo Client 4: requests over HTTP and the inbox over graphql-ws, both signed; the inbox resumes. Run: node
 * examples/apollo-client.mjs [url]
 */
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { getMainDefinition } from '@apollo/client/utilities'
import { createClient } from 'graphql-ws'
import { INBOX, ME, SEND } from './queries.mjs'
import { resuming } from './resume.mjs'
import { signIn } from './sign-in.mjs'
import { signingFetch, signingParams } from './signing-fetch.mjs'

const url = process.argv[2] ?? 'http://127.0.0.1:4000/graphql'
const wsUrl = url.replace(/^http/, 'ws')
const session = await signIn(url, 'Apollonia')

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

const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.split(
    // Mutations go over HTTP only, because messages on a socket are not signed.
    ({ query }) => getMainDefinition(query).operation === 'subscription',
    new GraphQLWsLink({ ...socket, subscribe: resuming((payload, sink) => socket.subscribe(payload, sink)) }),
    new HttpLink({ uri: url, fetch: signingFetch(session) }),
  ),
})

const { data } = await client.query({ query: gql(ME) })
console.log(`Hello, ${data.me.displayName}`)

client.subscribe({ query: gql(INBOX) }).subscribe({
  async next({ data, error }) {
    if (error) {
      console.error('The inbox ended:', error)
      process.exitCode = 1
      return
    }
    if (data.inbox.__typename === 'InboxOpened') return console.log('Listening')
    const { message } = data.inbox
    if (!message || message.sender.id === session.user.id) return
    console.log(`${message.sender.displayName}: ${message.text}`)
    // The id makes a retry safe: sending the same one again gives the first answer.
    const input = {
      conversationId: message.conversation.id,
      clientMessageId: `re:${message.id}`,
      text: `Got ${message.text}`,
    }
    await client.mutate({ mutation: gql(SEND), variables: { input } })
  },
})
