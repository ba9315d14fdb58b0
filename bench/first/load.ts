import { print } from 'graphql'
import { Pool } from 'undici'
import WebSocket from 'ws'
import { InboxDocument } from '../../client/generated/operations.ts'
import { signRequest } from '../../client/sign.ts'
import type { Person } from './person.ts'

/** Concurrent requests if the caller does not say, each on a keep-alive connection. */
const CONCURRENCY = 8
/** Sockets that connect at once, below a listener's usual backlog. */
const CONNECTING = 50
const DEADLINE_MS = 60_000

// The type of an answer is known only where its document is written.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Data = any

export interface Load extends AsyncDisposable {
  /** Sends a GraphQL request over HTTP, signed if a person is given. Throws if the answer has an error. */
  ask(query: string, variables?: object, who?: Person): Promise<Data>
  /** Runs `work` for 0 … count-1, as many at the same time as there are connections, and returns the results in order. */
  each<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]>
}

export function openLoad(url: string, connections = CONCURRENCY): Load {
  const { origin, pathname, search } = new URL(url)
  const target = pathname + search
  const pool = new Pool(origin, { connections, pipelining: 1 })
  return {
    async ask(query, variables = {}, who) {
      const body = JSON.stringify({ query, variables })
      const signed = who ? await signRequest({ session: who.session, method: 'POST', target, body }) : {}
      const from = who ? { 'x-forwarded-for': who.address } : {}
      const headers = { 'content-type': 'application/json', ...from, ...signed }
      const response = await pool.request({ path: target, method: 'POST', headers, body })
      const answer = (await response.body.json()) as { data?: Data; errors?: unknown }
      if (answer.errors || !answer.data) throw new Error(`${response.statusCode}: ${JSON.stringify(answer)}`)
      return answer.data
    },
    each: (count, work) => inParallel(count, connections, work),
    [Symbol.asyncDispose]: () => pool.close(),
  }
}

async function inParallel<T>(count: number, concurrency: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results = new Array<T>(count)
  let next = 0
  const worker = async () => {
    while (next < count) {
      const index = next++
      results[index] = await work(index)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return results
}

export interface Inboxes extends AsyncDisposable {
  /** Resolves when every socket has got this many messages, each once and in order; rejects if one has not. */
  received(count: number): Promise<void>
}

/** Opens a socket per person with the demo's inbox subscription. Resolves when all are live. */
export async function openInboxes(wsUrl: string, people: readonly Person[]): Promise<Inboxes> {
  const query = print(InboxDocument)
  const { pathname, search } = new URL(wsUrl)
  /** The numbers of the messages that each socket got. */
  const got = people.map((): number[] => [])
  let failure: Error | null = null
  let notify = () => {}

  const open = async (person: Person, index: number): Promise<WebSocket> => {
    const payload = await signRequest({ session: person.session, method: 'WS', target: pathname + search, body: '' })
    const socket = new WebSocket(wsUrl, 'graphql-transport-ws', {
      perMessageDeflate: false,
      headers: { 'x-forwarded-for': person.address },
    })
    const fail = (why: string) => {
      failure ??= new Error(`Socket ${index}: ${why}`)
      notify()
    }
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })))
      socket.on('error', (error) => (reject(error), fail(error.message)))
      socket.on('close', (code, reason) => {
        reject(new Error(`${code} ${reason.toString()}`))
        fail(`closed with ${code} ${reason.toString()}`)
      })
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as { type: string; payload?: Data }
        switch (message.type) {
          case 'connection_ack':
            return socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }))
          case 'ping':
            return socket.send('{"type":"pong"}')
          case 'next': {
            const event = message.payload.data?.inbox
            if (event?.__typename === 'InboxOpened') return resolve()
            if (event?.__typename !== 'MessageReceived') return fail(JSON.stringify(message))
            const numbers = got[index]!
            if (event.message.sequence !== (numbers.at(-1) ?? event.message.sequence - 1) + 1) fail('a gap or a swap')
            numbers.push(event.message.sequence as number)
            return notify()
          }
          default:
            return fail(JSON.stringify(message))
        }
      })
    })
    return socket
  }
  const sockets = await inParallel(people.length, CONNECTING, (index) => open(people[index]!, index))

  return {
    async received(count) {
      await new Promise<void>((resolve, reject) => {
        const deadline = setTimeout(() => {
          const late = got.filter((numbers) => numbers.length < count).length
          reject(new Error(`${late} sockets have not got ${count} messages.`))
        }, DEADLINE_MS)
        // Sockets get a message one after the other, so the last one is checked first.
        let waiting = 0
        notify = () => {
          while (waiting < got.length && got[waiting]!.length >= count) waiting++
          if (!failure && waiting < got.length) return
          clearTimeout(deadline)
          notify = () => {}
          if (failure) reject(failure)
          else resolve()
        }
        notify()
      })
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(
        sockets.map(
          (socket) =>
            new Promise<void>((resolve) => {
              socket.removeAllListeners('close')
              socket.once('close', () => resolve())
              socket.close(1000)
            }),
        ),
      )
    },
  }
}
