/**
 * Serving code that all subgraphs share: `makeSubgraph` turns a room's schema, resolvers and context into an
 * executable subgraph, in the gateway's process (`local`) and over HTTP and graphql-ws (`listen`).
 *
 * Invariants: only operations that the gateway signed are executed, including introspection and `_service`, and
 * in-process too. Each error is a `PublicError` or INTERNAL_SERVER_ERROR. A context lives for one answer: one request,
 * or one event of a stream.
 *
 * Imports platform/, and nothing from the rooms of subgraphs/.
 */
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { type DocumentNode, type GraphQLSchema, isObjectType, parse } from 'graphql'
import { type HttpDeadlines, makeHttpServer } from '../platform/http-server.ts'
import type { Log } from '../platform/log/log.ts'
import type { VerifyOptions } from '../platform/signature/verify.ts'
import type { BodyLimits } from './serving/body.ts'
import { makeDocumentCache } from './serving/document-cache.ts'
import { GRAPHQL_PATH, makeHttpListener } from './serving/http.ts'
import { type LocalSubgraph, makeLocal } from './serving/local.ts'
import { makeMask } from './serving/mask.ts'
import { makeAdmit } from './serving/request.ts'
import { makeExecutor, type RequestFacts } from './serving/executor.ts'
import { type EventViews, makeSharedEvents } from './serving/shared-events.ts'
import { attachSockets } from './serving/websocket.ts'

export type { LocalSubgraph } from './serving/local.ts'
export type { RequestFacts } from './serving/executor.ts'
export type { EventViews } from './serving/shared-events.ts'

export interface SubgraphOptions {
  readonly typeDefs: string
  /** Typed by graphql-codegen. A resolver without a field in the schema makes `makeSubgraph` throw. */
  readonly resolvers: object
  makeContext(facts: RequestFacts): unknown
  /** Without it each event is executed for each viewer. */
  readonly eventViews?: EventViews
  readonly verify: VerifyOptions
  readonly log: Log
  /** Whether a signed request may introspect. The default is false. */
  readonly introspection?: boolean
}

export interface ListenOptions {
  /** 0 takes a free port. */
  readonly port: number
  readonly host: string
  /** Answers every path but `/graphql`: health, metrics. The default is 404. */
  readonly otherwise?: RequestListener
  /** How long running requests may take when the server is disposed. The default is 10 seconds. */
  readonly drainMs?: number
  /** Limits on what strangers can make the port hold, and for how long. The defaults suit every gateway. */
  readonly limits?: { readonly http?: HttpDeadlines; readonly bodies?: Partial<BodyLimits> }
}

/**
 * Disposing of it refuses new requests, closes sockets with 1012, lets running requests end, then cuts connections.
 * Idempotent.
 */
export interface SubgraphServer extends AsyncDisposable {
  readonly port: number
  readonly url: string
  readonly wsUrl: string
}

export interface Subgraph {
  readonly schema: GraphQLSchema
  readonly local: LocalSubgraph
  listen(options: ListenOptions): Promise<SubgraphServer>
}

type SchemaModule = Exclude<Extract<Parameters<typeof buildSubgraphSchema>[0], unknown[]>[number], DocumentNode>

const notFound: RequestListener = (_, response) => void response.writeHead(404).end()

export function makeSubgraph(options: SubgraphOptions): Subgraph {
  const { log } = options
  // The generated resolver types are exact, and the library's loose types do not accept them.
  const module = { typeDefs: parse(options.typeDefs), resolvers: options.resolvers } as SchemaModule
  const schema = buildSubgraphSchema([module])
  checkResolvers(schema, options.resolvers)
  const mask = makeMask(log, options.verify.clock)
  const admit = makeAdmit(options.verify, log)
  const documents = makeDocumentCache(schema, options.introspection ?? false)
  const shared = makeSharedEvents(schema, options.eventViews)
  const executor = makeExecutor(schema, (facts) => options.makeContext(facts), documents, mask, shared)

  async function listen({
    host,
    port,
    otherwise = notFound,
    drainMs = 10_000,
    limits = {},
  }: ListenOptions): Promise<SubgraphServer> {
    const failed = (error: unknown) => log.warn('A request ended early.', { error })
    const server = makeHttpServer(makeHttpListener(executor, admit, otherwise, failed, limits.bodies), limits.http)
    const sockets = attachSockets(server, { executor, admit, mask, schema, log })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port }, () => {
        server.off('error', reject)
        resolve()
      })
    })
    server.on('error', (error) => log.error('The server failed.', { error }))
    const { port: taken } = server.address() as AddressInfo
    const at = `${host.includes(':') ? `[${host}]` : host}:${taken}${GRAPHQL_PATH}`

    let closing: Promise<void> | undefined
    // `close` ends connections that are idle when it is called. One that becomes idle later would keep the server open
    // for seconds.
    server.on('request', (_, response) => {
      response.once('finish', () => closing && setImmediate(() => server.closeIdleConnections()))
    })
    const close = () =>
      new Promise<void>((resolve) => {
        const cut = setTimeout(() => {
          sockets.cut()
          server.closeAllConnections()
        }, drainMs)
        // Closes idle connections at once, and busy ones as soon as they are answered.
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
        sockets.restart()
      })
    return {
      port: taken,
      url: `http://${at}`,
      wsUrl: `ws://${at}`,
      [Symbol.asyncDispose]: () => (closing ??= close()),
    }
  }

  return { schema, local: makeLocal(executor, admit), listen }
}

/** `buildSubgraphSchema` ignores a resolver without a field, which is a misspelt name that no test may notice. */
function checkResolvers(schema: GraphQLSchema, resolvers: object): void {
  for (const [typeName, fields] of Object.entries(resolvers as Record<string, object>)) {
    const type = schema.getType(typeName)
    if (!type) throw new TypeError(`The resolvers have a type ${typeName} that is not in the schema.`)
    if (!isObjectType(type)) continue
    const unknown = Object.keys(fields).find((name) => !name.startsWith('__') && !type.getFields()[name])
    if (unknown) throw new TypeError(`The resolvers have a field ${typeName}.${unknown} that is not in the schema.`)
  }
}
