import { Redis } from 'ioredis'
import WebSocket from 'ws'
import { expected } from './columns.mjs'

/** Where events come from: each takes `[topic, number of the message]` pairs. Outside of what is measured. */

/** The chat subgraph, which then sends to whoever subscribed. */
export async function toSubgraph(controlUrl) {
  const socket = new WebSocket(controlUrl, { perMessageDeflate: false })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return { publish: (events) => socket.send(JSON.stringify(events)), close: () => socket.terminate() }
}

/** Redis, where whoever serves has subscribed to the topic: what a resolver returns, under the name of its root field. */
export function toRedis(url) {
  const redis = new Redis(url, { enableAutoPipelining: true })
  const publish = (events) => {
    let last = {}
    for (const [topic, index] of events) {
      const [field] = topic.split(':', 1)
      if (last.index !== index) last = { index, text: JSON.stringify(expected(index)) }
      void redis.publish(topic, `{"${field}":${last.text}}`)
    }
  }
  return { publish, close: () => redis.disconnect() }
}

/** Socket.IO's own emitter over the same Redis: a room is a topic. */
export async function toSocketIo(url) {
  const { socketIoEmitter } = await import('../peers/socket-io-emitter.mjs')
  const { emit, close } = socketIoEmitter(url)
  return {
    publish(events) {
      for (const [topic, index] of events) emit(topic, expected(index))
    },
    close,
  }
}
