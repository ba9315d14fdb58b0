import type { IncomingHttpHeaders, IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { DocumentNode, ExecutionResult, GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql'
import type { OperationDefinitionNode } from 'graphql'
import type { Limits } from './limits.ts'

export type Transport = 'http' | 'websocket' | 'sse' | 'multipart'

export interface GraphRequest {
  readonly query: string
  readonly operationName?: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly extensions?: Readonly<Record<string, unknown>>
}

/**
 * A subgraph in this process. Headers are lower-case: those forwarded and those of `signRequest`, which were made over
 * `JSON.stringify({ query, operationName, variables })` of the same request. A number of a custom scalar in its variables is
 * a bigint where it is whole and no number of JavaScript (which JSON.stringify refuses: its digits are signed), else the
 * nearest number; a bigint in what it answers is a whole number. The signal fires when nobody waits for the
 * answer any more: everybody for whom it is has left, or, of `execute`, `subgraphTimeoutMs` are over. What `subscribe` gave
 * is then also returned (`return()`). What `execute` resolves to belongs to the gateway, which changes it.
 */
export interface LocalSubgraph {
  execute(
    request: GraphRequest,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<ExecutionResult>
  /** A refusal is an `ExecutionResult` with errors, or a throw of an error with `extensions.code`. */
  subscribe(
    request: GraphRequest,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<LocalStream | ExecutionResult>
}

/**
 * Events are pulled one by one and never changed by the gateway, so that one object may go to many streams. An error
 * thrown with `extensions.code` ends the client's stream with it; one without is, on a resumable field, a lost
 * connection, and the gateway subscribes again from the last cursor; on others it ends the stream with
 * DOWNSTREAM_SERVICE_ERROR, its text unseen.
 */
export interface LocalStream extends AsyncIterableIterator<ExecutionResult> {
  /** A resumable stream's reader was surely reached up to this cursor. Called often: remember, do not work. */
  progress?(cursor: string): void
}

/** Where a subgraph is. `wsUrl` is its graphql-transport-ws endpoint, one multiplexed socket for all subscriptions. */
export type SubgraphSource =
  | ({ readonly kind: 'local' } & LocalSubgraph)
  | { readonly kind: 'remote'; readonly url: string; readonly wsUrl: string }

/** What came in, before anything of it was parsed. */
export interface IncomingRequest {
  readonly transport: Transport
  /** The HTTP method; `WS` for a connection_init. */
  readonly method: string
  /** Path and query exactly as received. For `WS`: those of the upgrade request. */
  readonly target: string
  /** For `WS`: those of the upgrade request. */
  readonly headers: IncomingHttpHeaders
  /** The same as sent, names and values in turn: shows a repeated header, of which `headers` may keep the first only. */
  readonly rawHeaders: readonly string[]
  /** The payload of connection_init; never set on HTTP. */
  readonly connectionParams?: Readonly<Record<string, unknown>>
  /** The raw bytes; empty for GET and `WS`. */
  readonly body: Buffer
  readonly remoteAddress: string
  readonly requestId: string
}

/** The schema in force. A new object on every reload: key a cache by it (WeakMap). */
export interface LoadedSchema {
  /** SHA-256 of the supergraph. */
  readonly id: string
  /** What clients see. */
  readonly api: GraphQLSchema
  /** The whole supergraph: applications of @authenticated, @cacheControl, … stand on its AST nodes (`astNode.directives`). */
  readonly supergraph: GraphQLSchema
  readonly supergraphSdl: string
}

export interface OperationCheck<C> {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  /** As the client sent them: coercion comes with execution. */
  readonly variables: Readonly<Record<string, unknown>>
  readonly schema: LoadedSchema
  readonly context: C
  readonly transport: Transport
  readonly requestId: string
}

/** Compatible with the product's log; facts never hold secrets, headers, variables or payloads. */
export interface Log {
  debug(message: string, facts?: Readonly<Record<string, unknown>>): void
  info(message: string, facts?: Readonly<Record<string, unknown>>): void
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void
  error(message: string, facts?: Readonly<Record<string, unknown>>): void
}

/**
 * Counters (`gateway_events_total`) and observations in seconds (`gateway_operation_seconds`). Labels come from fixed
 * lists, never from clients. What is a level rather than a count is read from `Gateway.stats()`.
 */
export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void
  observe(name: string, value: number, labels?: Readonly<Record<string, string>>): void
}

/**
 * Options of `openGateway`. `C` is the caller's context: whatever `authenticate` made of a request; the core only hands
 * it back.
 *
 * A **refusal** thrown by `authenticate` is an error with `extensions: { code, http?: { status, headers? } }`: the code
 * goes to the client, the status too (default 401 for code UNAUTHENTICATED, else 403), `http` itself is not shown. On a
 * socket: close 4401 where the status is 401, 1013 where it is 429 or 500 and more, else 4403, with the code as the
 * reason. Any other error that it throws is logged and answered 500 INTERNAL_SERVER_ERROR (socket: 1013, since it may be
 * an outage, and stock clients come back after no 1011) without its text.
 */
export interface GatewayOptions<C> {
  readonly supergraphSdl: string
  /**
   * Called once per subgraph, and again when a reload brings another URL. `name` is the subgraph's own name, `url` its
   * routing URL in the supergraph, `graph` its name in the enum join__Graph.
   */
  subgraphs(name: string, url: string, graph: string): SubgraphSource
  /** Exactly this path is answered; the default is `/graphql`. */
  readonly path?: string
  /**
   * Who asks. Called with the raw bytes before any parsing, once per HTTP request and once per socket (at
   * connection_init), the same for every transport.
   *
   * The signal fires when the client is gone before it was answered: for what takes its time, such as asking another
   * server. Making one costs each HTTP request, so that a function with one parameter (its `length` is 1: also where the
   * second has a default) is called with the request alone.
   */
  authenticate(request: IncomingRequest, signal: AbortSignal): Promise<C>
  /**
   * Who may share streams, and fetches from subgraphs: equal text means equal rights to every event and entity, now and
   * later. What is shared is asked for with the context and the request id of one of them. Called once per socket, and
   * once per execution that may share fetches.
   */
  identityOf(context: C): string
  /**
   * Whose connections count together towards the limits per user, over all sessions; null for nobody in particular. The
   * default is that of every context.
   */
  userOf?(context: C): string | null
  /**
   * Whose requests count together towards the limits per address. The default is the address of the connection, IPv6 by
   * networks of 64 bits: behind a proxy, which would be everybody's, say the client's.
   */
  addressOf?(request: IncomingMessage): string
  /**
   * Headers that prove to a subgraph that the gateway asks, and for whom. They win over forwarded ones. Called anew for
   * each request that is sent, so that a signature may be good once.
   *
   * The signed bytes are the exact JSON text `{"query":…,"operationName":…,"variables":…}` in this order, a key without
   * a value left out: over HTTP it is the body itself; on the shared socket and in-process it is
   * `JSON.stringify({ query, operationName, variables })` of the subscribe payload, whose `extensions.headers` hold
   * the result.
   */
  signRequest?(context: C, subgraph: string, body: string): Readonly<Record<string, string>>
  /**
   * Names of client headers that go to subgraphs as they are; the default is none. On a socket they are those of the
   * upgrade request, overridden by connection_init's payload under the same name. To remote sockets they go in the upgrade
   * request, in connection_init and in each subscribe message's `extensions.headers`, and these are pooled by their values.
   */
  readonly forwardHeaders?: readonly string[]
  /**
   * The rate, for each operation on a socket, before anything of its document is looked at: reading one costs more than
   * refusing it. Over HTTP each operation is a request of its own, which `authenticate` sees first. Errors refuse.
   */
  admitOperation?(context: C): Promise<readonly GraphQLError[]>
  /**
   * Whether anybody may be this client, as often as they like: what such ones send is kept only once it comes again, so
   * that they cannot fill the cache with documents of one use. The default is no.
   */
  isAnonymous?(context: C): boolean
  /** Limits of the syntax (depth, aliases, fragments), before validation, whose cost they bound. Cached per document. */
  checkDocument?(document: DocumentNode): readonly GraphQLError[]
  /**
   * The policy: runs on a valid operation before it is executed, at each start of a subscription and again for running
   * ones after a reload. Errors refuse the operation; the first `extensions.http.status` is the HTTP status (else 400).
   */
  checkOperation?(check: OperationCheck<C>): readonly GraphQLError[] | Promise<readonly GraphQLError[]>
  /**
   * Browsers' Origin and the Host that they ask, for sockets, streams and CORS. The page's own host and no Origin always
   * pass; the default is no other.
   */
  originAllowed?(origin: string, host: string | undefined): boolean
  /** A sentence for whoever is refused for the origin, such as which setting allows it; in the answer and in the log. */
  readonly originHint?: string
  /**
   * What a browser gets that opens the path: a GET that accepts `text/html` and asks nothing. The default is the refusal that
   * every GET without a query gets.
   */
  readonly page?: RequestListener
  /** The default is false. */
  readonly introspection?: boolean
  /**
   * The last word on each error that leaves. `error` is the original, for telling public errors from others. The
   * default passes errors with a code and replaces the text of others.
   */
  formatError?(formatted: GraphQLFormattedError, error: unknown, facts: { requestId: string }): GraphQLFormattedError
  /** The default is the client's `x-request-id` where it is 8 to 64 of [A-Za-z0-9_-], else a random UUID. */
  requestId?(headers: IncomingHttpHeaders): string
  readonly log?: Log
  readonly metrics?: Metrics
  readonly limits?: Partial<Limits>
}

/** What is open at this moment. After the last client left, everything but `documents` and `documentBytes` is back at zero. */
export interface GatewayStats {
  readonly sockets: number
  /** Responses of SSE and multipart under way. */
  readonly httpStreams: number
  /** Queries and mutations under way, on every transport. */
  readonly operations: number
  /** Subscriptions of clients. */
  readonly readers: number
  /** What the readers share: one upstream subscription each. */
  readonly streams: number
  readonly upstreamSockets: number
  readonly upstreamSubscriptions: number
  readonly documents: number
  /** What the kept documents take, with all that was made of them, as estimated. */
  readonly documentBytes: number
}

export interface Gateway<C> extends AsyncDisposable {
  /** Answers requests and upgrades of `path` on this server; others go to `otherwise` (default: 404). */
  attach(server: Server, otherwise?: RequestListener): void
  /** The same by hand, for a caller that routes itself. Never rejects or throws. */
  handleRequest(request: IncomingMessage, response: ServerResponse): void
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /**
   * Ends every stream of matching contexts at once (no event follows) and closes their sockets with this code and
   * reason, SSE and multipart responses too; connections that are just being authenticated as well. Returns how many.
   */
  closeSockets(matches: (context: C) => boolean, code: number, reason: string): number
  /**
   * New operations use the new supergraph. Running streams are planned again and go on; those whose operation is no
   * longer valid end with SCHEMA_RELOAD. Rejects, and changes nothing, when the supergraph does not load.
   */
  reload(supergraphSdl: string): Promise<void>
  readonly schema: () => LoadedSchema
  /** Accepts nothing new, lets running operations end, then closes sockets with 1012 so that clients reconnect. */
  drain(deadlineMs: number): Promise<void>
  /** False before the schema is loaded, while draining and when closed. */
  ready(): boolean
  stats(): GatewayStats
}
