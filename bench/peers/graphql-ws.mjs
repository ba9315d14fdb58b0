/** Plain GraphQL, not federated: graphql-ws over a schema whose events come by graphql-redis-subscriptions. */
import { createServer } from 'node:http'
import { buildSchema } from 'graphql'
import redisSubscriptions from 'graphql-redis-subscriptions'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { given, listening } from '../harness/serve.mjs'
import { openRedis } from './redis.mjs'

const events = new redisSubscriptions.RedisPubSub({
  publisher: await openRedis(given.redis),
  subscriber: await openRedis(given.redis),
})
const schema = buildSchema(`
  type Query { greeting: String! }
  type Message { id: ID! sequence: Int! text: String! sentAt: String! sender: User! }
  type User { id: ID! displayName: String! avatarUrl: String! }
  type Subscription { inbox(viewer: ID!): Message! room(id: ID!): Message! }`)
const { inbox, room } = schema.getSubscriptionType().getFields()
inbox.subscribe = (_, { viewer }) => events.asyncIterableIterator(`inbox:${viewer}`)
room.subscribe = (_, { id }) => events.asyncIterableIterator(`room:${id}`)

const server = createServer()
useServer(
  { schema, context: ({ connectionParams }) => connectionParams },
  new WebSocketServer({ server, path: '/graphql' }),
)
server.listen(0, '127.0.0.1', () => listening({ wsUrl: `ws://127.0.0.1:${server.address().port}/graphql` }))
