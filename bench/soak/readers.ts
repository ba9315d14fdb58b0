import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import { authorOf, nameOf } from './subgraphs.ts'

const QUERY =
  'subscription Ticks($channel: ID!, $after: String) { ticks(channel: $channel, after: $after) { cursor channel author { id name } } }'

/** Sockets that connect at once, below a listener's usual backlog. */
const CONNECTING = 50

interface Event {
  readonly cursor: string
  readonly channel: string
  readonly author: { readonly id: string; readonly name: string } | null
}

interface Reader {
  readonly channel: string
  socket: WebSocket | null
  /** The number of the last tick that it got; null before the first. */
  last: number | null
}

export interface Readers {
  readonly received: () => number
  readonly reconnects: () => number
  /** A line for each tick that was lost, repeated, out of order or wrong, and for each failure. */
  readonly faults: readonly string[]
  /** The number of readers that have every tick up to this one. */
  upTo(number: number): number
  /** Cuts some sockets without a close frame. Each reader reconnects and resumes. */
  cut(count: number): void
  close(): Promise<void>
}

/**
 * Opens sockets, each with a subscription to its own channel. Each event must be the channel's next tick, with the
 * author's name from the other subgraph.
 */
export async function openReaders(url: string, count: number): Promise<Readers> {
  const faults: string[] = []
  let received = 0
  let reconnects = 0
  let closing = false
  const readers = Array.from({ length: count }, (_, index): Reader => ({
    channel: `c${index}`,
    socket: null,
    last: null,
  }))

  const wrong = (reader: Reader, event: Event | undefined): string | null => {
    if (!event) return 'no event'
    const number = Number(event.cursor)
    if (event.channel !== reader.channel) return `an event of ${event.channel}`
    if (reader.last !== null && number !== reader.last + 1) return `${number} after ${reader.last}`
    const author = authorOf(reader.channel, number)
    if (event.author?.id !== author || event.author.name !== nameOf(author))
      return `another author: ${JSON.stringify(event)}`
    return null
  }

  const take = (reader: Reader, text: string) => {
    const { payload } = JSON.parse(text) as { payload: { data?: { ticks?: Event }; errors?: unknown } }
    const event = payload.data?.ticks
    const fault = payload.errors ? `errors ${JSON.stringify(payload.errors)}` : wrong(reader, event)
    if (fault) faults.push(`${reader.channel}: ${fault}`)
    received++
    if (event) reader.last = Number(event.cursor)
  }

  const connect = (reader: Reader): Promise<void> =>
    new Promise((resolve) => {
      const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false })
      reader.socket = socket
      socket.on('open', () => socket.send('{"type":"connection_init"}'))
      socket.on('message', (data: Buffer) => {
        // Events that were in the buffers of a cut socket come again on the next one.
        if (socket !== reader.socket) return
        const text = data.toString()
        if (text.includes('"type":"next"')) take(reader, text)
        else if (text.includes('"type":"connection_ack"')) {
          const variables = { channel: reader.channel, ...(reader.last !== null && { after: String(reader.last) }) }
          socket.send(JSON.stringify({ id: randomUUID(), type: 'subscribe', payload: { query: QUERY, variables } }))
          resolve()
        } else faults.push(`${reader.channel}: ${text}`)
      })
      socket.on('error', (error) => closing || faults.push(`${reader.channel}: ${error.message}`))
      socket.on('close', (code, reason) => {
        resolve()
        if (!closing && socket === reader.socket)
          faults.push(`${reader.channel}: closed with ${code} ${reason.toString()}`)
      })
    })

  let next = 0
  const worker = async () => {
    for (let reader = readers[next++]; reader; reader = readers[next++]) await connect(reader)
  }
  await Promise.all(Array.from({ length: Math.min(CONNECTING, count) }, worker))

  return {
    received: () => received,
    reconnects: () => reconnects,
    faults,
    upTo: (number) => readers.filter(({ last }) => last !== null && last >= number).length,
    cut(some) {
      for (let left = some; left > 0; left--) {
        const reader = readers[Math.floor(Math.random() * readers.length)]
        // A reader without a tick has no cursor to resume from, and would miss ticks.
        if (!reader?.socket || reader.last === null || reader.socket.readyState !== WebSocket.OPEN) continue
        const { socket } = reader
        reader.socket = null
        socket.terminate()
        reconnects++
        void connect(reader)
      }
    },
    async close() {
      closing = true
      const closed = readers.map(
        ({ socket }) =>
          new Promise<void>((resolve) => {
            if (!socket || socket.readyState === WebSocket.CLOSED) return resolve()
            socket.once('close', () => resolve())
            socket.close(1000)
          }),
      )
      await Promise.all(closed)
    },
  }
}
