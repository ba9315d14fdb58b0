/**
 * The least that a server of WebSockets over Redis can do: a socket names its topic in the URL, and what is published
 * there goes to it as it is. No GraphQL, no identity, no subscription id.
 */
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'
import { given, listening } from '../harness/serve.mjs'
import { openRedis } from './redis.mjs'

const redis = await openRedis(given.redis)
const topics = new Map()

redis.on('messageBuffer', (topic, message) => {
  for (const socket of topics.get(topic.toString()) ?? []) socket.send(message, { binary: false })
})

const server = createServer()
new WebSocketServer({ server }).on('connection', (socket, { url }) => {
  const topic = decodeURIComponent(url.slice(2))
  const sockets = topics.get(topic) ?? new Set()
  topics.set(topic, sockets.add(socket))
  if (sockets.size === 1) void redis.subscribe(topic)
  socket.on('error', () => {})
  socket.on('close', () => {
    sockets.delete(socket)
    if (sockets.size > 0) return
    topics.delete(topic)
    void redis.unsubscribe(topic)
  })
})
server.listen(0, '127.0.0.1', () => listening({ wsUrl: `ws://127.0.0.1:${server.address().port}/` }))
