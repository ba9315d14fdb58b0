import { avatarUrl, displayName, message } from '../harness/world.mjs'

const document = (name, variable, field, argument) =>
  `subscription ${name}($${variable}: ID!) { ${field}(${argument}: $${variable}) {
    id sequence text sentAt sender { id displayName avatarUrl }
  } }`
const inbox = { field: 'inbox', variable: 'viewer', query: document('Inbox', 'viewer', 'inbox', 'viewer') }
const room = { field: 'room', variable: 'id', query: document('Room', 'id', 'room', 'id') }

/** Events of `direct` under way at once. */
const WINDOW = 32

/**
 * What is subscribed to, and how events come. A column has a subscription, says what the socket of a number listens to,
 * and runs until the time is out: `publish` takes `[topic, number of the message]` each, `delivered` resolves when that
 * many more events have reached their sockets.
 */
export const columns = [
  {
    name: 'direct',
    subscription: inbox,
    valueOf: (peer, socket) => `${peer}-${socket}`,
    async run({ topics, publish, delivered, until }) {
      let next = 0
      const one = async () => {
        while (performance.now() < until) {
          const index = next++
          const socket = index % topics.length
          const arrived = delivered(socket)
          publish([[topics[socket], index % MESSAGES]])
          await arrived
        }
      }
      await Promise.all(Array.from({ length: Math.min(WINDOW, topics.length) }, one))
    },
  },
  {
    name: 'one event per subscriber',
    subscription: inbox,
    valueOf: (peer, socket) => `${peer}-${socket}`,
    run: (load) => waves(load, (index) => load.topics.map((topic) => [topic, index])),
  },
  {
    name: 'one event for all',
    subscription: room,
    valueOf: (peer) => `${peer}-all`,
    run: (load) => waves(load, (index) => [[load.topics[0], index]]),
  },
]

/** Messages that differ; their number is bounded so that the subgraph has what it answers at hand. */
const MESSAGES = 4_000

async function waves({ publish, delivered, until }, eventsOf) {
  for (let index = 0; performance.now() < until; index = (index + 1) % MESSAGES) {
    const arrived = delivered()
    publish(eventsOf(index))
    await arrived
  }
}

/** What everybody's client must get of message number `index`. */
export function expected(index) {
  const { id, sequence, text, sentAt, sender } = message('g', index)
  return {
    id,
    sequence,
    text,
    sentAt,
    sender: { id: sender.id, displayName: displayName(sender.id), avatarUrl: avatarUrl(sender.id) },
  }
}
