import { deepStrictEqual, fail } from 'node:assert'
import { eventually as wait } from '../../support/eventually.ts'
import type { Asked, ClientStream, Gateway, Result, Transport } from './clients/client.ts'
import { openStream } from './clients/open.ts'
import { openClientSocket, type ClientSocket } from './clients/websocket.ts'
import type { Subgraphs } from './subgraphs/subgraph.ts'

/** What a gateway needs to be told before a case makes sense. Without it such a case is skipped. */
export interface Settings {
  /** The name of a client header that it passes on to subgraphs. */
  readonly identityHeader?: string
  /** How long it waits for a subgraph's answer. */
  readonly subgraphTimeoutMs?: number
  /** It takes streams from subgraphs over sockets. */
  readonly upstreamSockets?: true
}

export type Need = keyof Settings | 'sockets' | 'network'

/** One sentence about gateways, and how to find out whether it holds. */
export interface Case {
  readonly title: string
  /**
   * The case is run where this is there. `sockets`: the transport has several operations on a connection; `network`: there
   * is one between the gateway and the subgraphs.
   */
  readonly needs?: Need
  /** What no specification asks for, but a good gateway has: lacking it is no failure. */
  readonly optional?: true
  /** Rejects where the sentence does not hold. */
  run(world: World): Promise<void>
}

export interface Concern {
  readonly name: string
  readonly cases: readonly Case[]
}

/** What a case gets: subgraphs to command, and a gateway to ask. Streams are those of a shop that no other case knows. */
export interface World {
  readonly shop: string
  readonly subgraphs: Subgraphs
  readonly settings: Settings
  /** Asks; waits for nothing. `$shop` has a value already. */
  subscribe(query: string, options?: AskOptions): Promise<ClientStream>
  /** Asks, and waits until the stream is open in the subgraph `orders`. */
  open(field: string, query: string, options?: AskOptions): Promise<ClientStream>
  /** A connection for several operations. */
  socket(headers?: Readonly<Record<string, string>>): Promise<ClientSocket>
  /** An event of this case's shop. */
  emit(field: string, event: unknown): void
  /** Streams of this case's shop that are open in the subgraph. */
  openStreams(field: string): number
  eventually<T>(check: () => T | Promise<T>): Promise<T>
}

export interface AskOptions {
  readonly operationName?: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

export interface WorldOptions {
  readonly gateway: Gateway
  readonly transport: Transport
  readonly subgraphs: Subgraphs
  readonly settings: Settings
  /** How long anything may take. */
  readonly patienceMs: number
}

let lastShop = 0

/** Runs one case; rejects with what did not hold. Leaves nothing of it behind, if the gateway does not. */
export async function runCase(
  { run }: Case,
  { gateway, transport, subgraphs, settings, patienceMs }: WorldOptions,
): Promise<void> {
  const shop = `shop-${++lastShop}`
  const streams: ClientStream[] = []
  const sockets: ClientSocket[] = []
  const eventually = <T>(check: () => T | Promise<T>) => wait(check, patienceMs)
  const subscribe = async (query: string, { variables = {}, headers = {}, operationName }: AskOptions = {}) => {
    const named = operationName === undefined ? {} : { operationName }
    const asked: Asked = { query, variables: { shop, ...variables }, ...named }
    const stream = await openStream(transport, gateway, asked, headers)
    streams.push(stream)
    return stream
  }
  const openStreams = (field: string) => subgraphs.orders.open(field, shop)
  const world: World = {
    shop,
    subgraphs,
    settings,
    subscribe,
    async open(field, query, options) {
      const before = subgraphs.orders.opened(field, shop).length
      const stream = await subscribe(query, options)
      await eventually(() => {
        const ended = stream.ended()
        if (ended)
          throw new Error(`It ended before it began: ${JSON.stringify(ended)} ${JSON.stringify(stream.results)}`)
        if (subgraphs.orders.opened(field, shop).length > before) return
        throw new Error('The stream was not opened in the subgraph.')
      })
      return stream
    },
    async socket(headers = {}) {
      const socket = await openClientSocket(gateway.wsUrl, headers)
      sockets.push(socket)
      return socket
    },
    emit: (field, event) => subgraphs.orders.publish(field, shop, event),
    openStreams,
    eventually,
  }
  try {
    for (const subgraph of Object.values(subgraphs)) subgraph.requests.length = 0
    await run(world)
  } finally {
    for (const stream of streams) stream.vanish()
    for (const { peer } of sockets) peer.vanish()
    for (const subgraph of Object.values(subgraphs)) {
      subgraph.answer({ how: 'normally' })
      subgraph.speak(null)
      await subgraph.start()
    }
  }
}

/** Data exactly; errors by whether there are some, or by where they are: what an error says is the gateway's. */
export interface Expected {
  readonly data: unknown
  /** None where left out. Paths: exactly these, in any order. */
  readonly errors?: 'some' | 'perhaps' | readonly (readonly (string | number)[])[]
}

export function expectResult(result: Result | undefined, expected: Expected): void {
  if (!result) fail('There is no such event.')
  const { data = null, errors = [] } = result
  try {
    deepStrictEqual(data, expected.data)
    if (expected.errors === undefined) deepStrictEqual(errors, [])
    else if (expected.errors === 'some') deepStrictEqual(errors.length > 0, true)
    else if (expected.errors !== 'perhaps')
      deepStrictEqual(errors.map(({ path }) => JSON.stringify(path)).sort(), expected.errors.map(asText).sort())
  } catch (error) {
    const wanted = JSON.stringify({ data: expected.data, errors: expected.errors ?? [] })
    throw new Error(`expected ${wanted}\nreceived ${JSON.stringify(result)}`, { cause: error })
  }
}

const asText = (path: unknown) => JSON.stringify(path)

/** The results of a stream, once there are so many. */
export async function expectResults(
  { eventually }: World,
  stream: ClientStream,
  expected: readonly Expected[],
): Promise<void> {
  await arrived(eventually, stream, expected.length)
  expected.forEach((one, at) => expectResult(stream.results[at], one))
  deepStrictEqual(stream.results.length, expected.length)
}

export async function arrived(eventually: World['eventually'], stream: ClientStream, count: number): Promise<void> {
  await eventually(() => {
    const { length } = stream.results
    if (length >= count) return
    const ended = stream.ended()
    const why = ended ? ` The stream ended: ${JSON.stringify(ended)}.` : ''
    throw new Error(`${length} of ${count} events came.${why} ${JSON.stringify(stream.results)}`.slice(0, 1_000))
  })
}

/** Whether it was told, in whichever way, that it gets nothing: errors, and no data. */
export async function expectRefused(world: World, stream: ClientStream): Promise<void> {
  await world.eventually(() => {
    if (stream.ended()) return
    throw new Error(`It was not refused: ${JSON.stringify(stream.results)}`)
  })
  const ended = stream.ended()
  const errors = [
    ...(ended?.how === 'errors' ? ended.errors : []),
    ...stream.results.flatMap((result) => result.errors ?? []),
  ]
  if (errors.length === 0) fail(`It ended without a reason: ${JSON.stringify(ended)}`)
  const data = stream.results.find((result) => result.data !== undefined && result.data !== null)
  if (data) fail(`It was answered: ${JSON.stringify(data)}`)
}
