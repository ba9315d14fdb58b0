import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import WebSocket from 'ws'
import { expected } from './columns.mjs'

/** Sockets that connect at once, below a listener's usual backlog. */
const CONNECTING = 50
/** Without a delivery for so long a peer has failed. */
const SILENCE_MS = 15_000
/** How long everybody's first event may take, subscribing included. */
const FIRST_MS = 60_000
const PAUSE_MS = 300

/**
 * How a client of each protocol comes in and finds the event in a message. `opened` and `message` may answer the server;
 * `message` gives the event's text, or null where it is none.
 */
const protocols = {
  graphql: {
    address: (url) => url,
    subprotocol: 'graphql-transport-ws',
    opened: (send, { who }) => send({ type: 'connection_init', payload: { authorization: `Bearer ${who}` } }),
    message(text, send, { subscription, value, id }) {
      if (text.includes('"type":"next"')) return text
      const message = JSON.parse(text)
      if (message.type === 'connection_ack') {
        const payload = { query: subscription.query, variables: { [subscription.variable]: value } }
        send({ id, type: 'subscribe', payload })
      } else if (message.type === 'ping') send({ type: 'pong' })
      else if (message.type !== 'pong') throw new Error(text)
      return null
    },
    eventOf: (text, { subscription }) => JSON.parse(text).payload.data?.[subscription.field],
  },
  relay: {
    address: (url, { subscription, value }) => `${url}?${encodeURIComponent(`${subscription.field}:${value}`)}`,
    opened() {},
    message: (text) => text,
    eventOf: (text, { subscription }) => JSON.parse(text)[subscription.field],
  },
  /** Engine.IO 4 and Socket.IO 5 on a WebSocket from the start. */
  'socket.io': {
    address: (url) => `${url}?EIO=4&transport=websocket`,
    opened() {},
    message(text, _, { who, topic, write }) {
      if (text.startsWith('42')) return text
      if (text.startsWith('0')) write(`40${JSON.stringify({ authorization: `Bearer ${who}`, topic })}`)
      else if (text === '2') write('3')
      return null
    },
    eventOf: (text) => JSON.parse(text.slice(2))[1],
  },
}

async function inParallel(count, work) {
  let next = 0
  const worker = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: Math.min(CONNECTING, count) }, worker))
}

/**
 * `count` sockets with a subscription each, its id a UUID and its identity its own. The first event of each socket is
 * compared with what is expected field by field; of later ones it is only seen that no error is among them, since the
 * driver shares the machine with what it measures.
 */
export async function openClients({ peer, count, column }) {
  const protocol = protocols[peer.protocol ?? 'graphql']
  const received = new Array(count).fill(0)
  const waiting = new Map()
  const sockets = []
  let total = 0
  let failure = null
  let closing = false
  let wave = null

  const fail = (why) => {
    failure ??= why instanceof Error ? why : new Error(why)
    wave?.reject(failure)
    for (const { reject } of waiting.values()) reject(failure)
  }
  const arrived = (socket) => {
    total++
    received[socket]++
    waiting.get(socket)?.resolve()
    waiting.delete(socket)
    if (wave && --wave.left === 0) wave.resolve()
  }
  const silence = setInterval(() => {
    if ((wave || waiting.size > 0) && silence.total === total)
      fail(`nothing arrives any more (${wave?.left ?? waiting.size})`)
    silence.total = total
  }, SILENCE_MS)

  const open = (index) =>
    new Promise((resolve, reject) => {
      const { subscription } = column
      const value = column.valueOf(peer.name, index)
      const topic = `${subscription.field}:${value}`
      const client = {
        subscription,
        value,
        topic,
        who: `u${index}`,
        id: randomUUID(),
        write: (text) => socket.send(text),
      }
      const send = (message) => socket.send(JSON.stringify(message))
      const socket = new WebSocket(protocol.address(peer.wsUrl, client), protocol.subprotocol, {
        perMessageDeflate: false,
        handshakeTimeout: FIRST_MS,
      })
      sockets.push(socket)
      socket.on('open', () => (protocol.opened(send, client), resolve()))
      socket.on('error', (error) => (reject(error), fail(error)))
      socket.on('close', (code, reason) => closing || (reject(), fail(`socket ${index} closed with ${code} ${reason}`)))
      socket.on('message', (data) => {
        try {
          const text = protocol.message(data.toString('latin1'), send, client)
          if (text === null) return
          if (received[index] === 0) mustBeRight(protocol.eventOf(text, client), text)
          else if (text.includes('"errors"')) throw new Error(text)
          arrived(index)
        } catch (error) {
          fail(error)
        }
      })
    })
  await inParallel(count, open)

  return {
    topics: Array.from(
      { length: count },
      (_, index) => `${column.subscription.field}:${column.valueOf(peer.name, index)}`,
    ),
    total: () => total,
    /** Those who have got nothing yet. */
    silent: () => [...received.keys()].filter((index) => received[index] === 0),
    failure: () => failure,
    /** Resolves when an event reached this socket, or one reached each. */
    delivered(socket) {
      return new Promise((resolve, reject) => {
        if (failure) reject(failure)
        else if (socket === undefined) wave = { left: count, resolve, reject }
        else waiting.set(socket, { resolve, reject })
      }).finally(() => {
        if (socket === undefined) wave = null
      })
    },
    close() {
      closing = true
      clearInterval(silence)
      for (const socket of sockets) socket.terminate()
    },
  }
}

function mustBeRight(event, text) {
  if (!event || !isDeepStrictEqual(sorted(event), sorted(expected(event.sequence)))) {
    throw new Error(`a wrong event: ${text.slice(0, 600)}`)
  }
}

/** Gateways may put fields in another order, which means nothing in JSON. */
const sorted = ({ id, sequence, text, sentAt, sender: { id: sender, displayName, avatarUrl } }) => [
  ...[id, sequence, text, sentAt],
  ...[sender, displayName, avatarUrl],
]

/** Publishes until every socket got an event: then all are subscribed, however many hops that takes. */
export async function everybodyHears(clients, source) {
  for (const end = Date.now() + FIRST_MS; clients.silent().length > 0;) {
    if (Date.now() > end) throw new Error(`${clients.silent().length} sockets hear nothing`)
    const topics = new Set(clients.silent().map((index) => clients.topics[index]))
    source.publish([...topics].map((topic) => [topic, 0]))
    for (let before = -1; before !== clients.total() && Date.now() < end; await delay(PAUSE_MS))
      before = clients.total()
    if (clients.failure()) throw clients.failure()
  }
}
