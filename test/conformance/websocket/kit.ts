import { deepStrictEqual, ok } from 'node:assert'
import { eventually as wait } from '../../support/eventually.ts'
import { connectPeer, initialisedPeer, type Message, type Peer, type PeerOptions } from '../support/peer.ts'

export interface Operation {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
}

/** What the suite may use of a server. What is left out skips the cases that need it. */
export interface Options {
  /** Headers of every handshake. */
  readonly headers?: Readonly<Record<string, string>>
  /** What `connection_init` must carry to be acknowledged. */
  readonly connectionParams?: Readonly<Record<string, unknown>>
  /** What it may carry to be refused. */
  readonly refusedParams?: Readonly<Record<string, unknown>>
  /** A query that answers with data at once; the default is `{ __typename }`. */
  readonly query?: Operation
  /** A query of which a field fails: data and errors. */
  readonly failing?: Operation
  readonly mutation?: Operation
  /** A query that does not answer before `release` is called. */
  readonly slow?: { readonly operation: Operation; hold(): void; release(): void }
  /** A subscription whose stream stays open; one that nobody else has, at each call. */
  readonly stream?: () => Stream
  /** How long the server waits for `connection_init`. */
  readonly initWaitMs?: number
  /** Messages above this are too large for it. */
  readonly maxMessageBytes?: number
  /** How long anything may take; the default is 5 s. */
  readonly patienceMs?: number
}

export interface Stream {
  readonly operation: Operation
  /** Makes every open stream emit one event. */
  emit(): void
  /** Completes every open stream. */
  end(): void
  /** Streams that are open behind the server. */
  open(): number
}

export type Need = 'failing' | 'mutation' | 'slow' | 'stream' | 'refusedParams' | 'initWaitMs' | 'maxMessageBytes'

/** One sentence of the protocol. */
export interface Case {
  readonly title: string
  /** SHOULD where the protocol recommends, or where only its reference implementation says how. */
  readonly level?: 'SHOULD'
  readonly needs?: Need
  run(kit: Kit): Promise<void>
}

export interface Section {
  readonly name: string
  readonly cases: readonly Case[]
}

export interface Kit {
  readonly options: Options
  readonly query: Operation
  /** A socket that nothing was sent on yet. */
  connect(options?: PeerOptions): Promise<Peer>
  /** One whose connection is acknowledged. */
  initialised(): Promise<Peer>
  init(peer: Peer): void
  acknowledged(peer: Peer): Promise<void>
  /** A socket with the stream running on it as operation "1". */
  subscribed(): Promise<{ stream: Stream; peer: Peer }>
  eventually<T>(check: () => T | Promise<T>): Promise<T>
  /** The messages of this operation, once it is over: `complete` or `error` is the last. */
  outcome(peer: Peer, id: string): Promise<readonly Message[]>
  /** Waits for the server to close the socket with one of these codes. */
  closedWith(peer: Peer, ...codes: number[]): Promise<void>
  /** That the server has looked at everything sent so far, and the socket lives: a ping is answered, and a query. */
  stillWorks(peer: Peer): Promise<void>
  /** Asserts what is needed to be there. */
  need<N extends Need>(name: N): NonNullable<Options[N]>
}

/** A kit for one case, and the function that closes what the case opened. */
export function makeKit(url: string, options: Options): { kit: Kit; close(): void } {
  const peers: Peer[] = []
  const { patienceMs = 5_000, headers = {}, connectionParams, query = { query: '{ __typename }' } } = options
  const eventually = <T>(check: () => T | Promise<T>) => wait(check, patienceMs)
  const keep = (peer: Peer) => {
    peers.push(peer)
    return peer
  }
  let proofs = 0
  const outcome: Kit['outcome'] = (peer, id) =>
    eventually(() => {
      const messages = peer.messages.filter((message) => message.id === id)
      const last = messages.at(-1)?.type
      if (last === 'complete' || last === 'error') return messages
      throw new Error(`The operation ${id} is not over: ${describe(peer)}`)
    })
  const kit: Kit = {
    options,
    query,
    connect: async (more = {}) => keep(await connectPeer(url, { ...more, headers: { ...headers, ...more.headers } })),
    initialised: async () => keep(await initialisedPeer(url, connectionParams, { headers })),
    init: (peer) => peer.send({ type: 'connection_init', ...(connectionParams && { payload: connectionParams }) }),
    async acknowledged(peer) {
      await eventually(() => ok(types(peer.messages).includes('connection_ack'), describe(peer)))
    },
    async subscribed() {
      const stream = kit.need('stream')()
      const peer = await kit.initialised()
      peer.send({ id: '1', type: 'subscribe', payload: stream.operation })
      await eventually(() => deepStrictEqual(stream.open(), 1))
      return { stream, peer }
    },
    eventually,
    outcome,
    async closedWith(peer, ...codes) {
      await eventually(() => ok(peer.closed(), `The socket stays open: ${describe(peer)}`))
      const closed = peer.closed()
      ok(
        closed && codes.includes(closed.code),
        `It closed with ${closed?.code} ${closed?.reason}, not ${codes.join(' or ')}.`,
      )
    },
    async stillWorks(peer) {
      const id = `proof-${++proofs}`
      peer.send({ id, type: 'subscribe', payload: query })
      const messages = await outcome(peer, id)
      deepStrictEqual(
        messages.map(({ type }) => type),
        ['next', 'complete'],
      )
    },
    need(name) {
      const value = options[name]
      if (value === undefined) throw new Error(`The suite was not told ${name}.`)
      return value
    },
  }
  return { kit, close: () => peers.forEach((peer) => peer.vanish()) }
}

export function describe(peer: Peer): string {
  return JSON.stringify({ messages: peer.messages, closed: peer.closed() }).slice(0, 500)
}

export const types = (messages: readonly Message[]): string[] => messages.map(({ type }) => type)
