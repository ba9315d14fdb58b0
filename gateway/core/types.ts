import type { IncomingHttpHeaders, IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { DocumentNode, GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql'
import type { OperationDefinitionNode } from 'graphql'
import type { Limits } from './limits.ts'
import type { SubgraphSource } from './subgraph-source.ts'

/** How a request came to the gateway. */
export type Transport = 'http' | 'websocket' | 'sse' | 'multipart'

export type * from './subgraph-source.ts'

/** A request as `authenticate` sees it: the gateway has not parsed its body yet. */
export interface IncomingRequest {
  readonly transport: Transport
  /** The HTTP method, or `WS` for a connection_init message. */
  readonly method: string
  /** Path and query string, exactly as received. For `WS`, those of the upgrade request. */
  readonly target: string
  /** For `WS`, the headers of the upgrade request. */
  readonly headers: IncomingHttpHeaders
  /** The headers as sent, names and values in turn. They show a repeated header, of which `headers` may keep only the first. */
  readonly rawHeaders: readonly string[]
  /** The payload of the connection_init message. Never set on HTTP. */
  readonly connectionParams?: Readonly<Record<string, unknown>>
  /** The raw bytes of the body. Empty for GET and `WS`. */
  readonly body: Buffer
  readonly remoteAddress: string
  readonly requestId: string
}

/** The client that `authenticate` is asked about. */
export interface AskingClient {
  /**
   * Fires when the client leaves before it is authenticated. Pass it on to what may take long, such as a request to another
   * server. The gateway makes the signal when it is read for the first time, so it costs nothing where nobody reads it.
   */
  readonly signal: AbortSignal
}

/** The schema that the gateway serves. Every reload makes a new object, so it can be the key of a cache (WeakMap). */
export interface LoadedSchema {
  /** SHA-256 of `supergraphSdl`, in hexadecimal. */
  readonly id: string
  /** The schema that clients see. */
  readonly api: GraphQLSchema
  /**
   * The whole supergraph. Directives such as @authenticated and @cacheControl stand on its AST nodes
   * (`astNode.directives`).
   */
  readonly supergraph: GraphQLSchema
  readonly supergraphSdl: string
}

/** A valid operation, as `checkOperation` sees it. */
export interface OperationCheck<C> {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  /** As the client sent them. The gateway coerces them later, before execution. */
  readonly variables: Readonly<Record<string, unknown>>
  readonly schema: LoadedSchema
  readonly context: C
  readonly transport: Transport
  readonly requestId: string
}

/** Where the gateway writes its log. Its facts never hold secrets, headers, variables or payloads. */
export interface Log {
  debug(message: string, facts?: Readonly<Record<string, unknown>>): void
  info(message: string, facts?: Readonly<Record<string, unknown>>): void
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void
  error(message: string, facts?: Readonly<Record<string, unknown>>): void
}

/**
 * Where the gateway counts. `count` increments a counter such as `gateway_events_total`; `observe` records one duration in
 * seconds, such as `gateway_request_seconds`. The README lists them all. Label values come from fixed lists, never from clients.
 * Gauges, such as the number of open sockets, are read from `Gateway.stats()`.
 */
export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void
  observe(name: string, value: number, labels?: Readonly<Record<string, string>>): void
}

/**
 * The options of `openGateway`. `C` is your own context: whatever `authenticate` returns. The gateway never looks into it, and
 * gives it back to your other functions.
 *
 * **To refuse a request**, `authenticate` throws an error with `extensions: { code, http?: { status, headers? } }`. The client
 * gets the code, and the status and headers on HTTP; it does not see `http` itself. The default status is 401 for the code
 * UNAUTHENTICATED and 403 for any other code. A socket is closed with the code as the reason of the close frame: with 4401 where
 * the status is 401; with 1013 where the status is 429, or 500 and above; else with 4403.
 *
 * **Any other error** that `authenticate` throws is logged. The client gets 500 INTERNAL_SERVER_ERROR without the text of the error. A
 * socket is closed with 1013, since the cause may be an outage, and stock clients do not reconnect after 1011.
 */
export interface GatewayOptions<C> {
  /** The supergraph, as composition printed it. */
  readonly supergraphSdl: string
  /**
   * Says where a subgraph runs. The gateway calls it once per subgraph, and again when a reload changes the URL of the subgraph. `name`
   * is the name of the subgraph, `url` its routing URL in the supergraph, and `graph` its name in the enum join__Graph.
   */
  subgraphs(name: string, url: string, graph: string): SubgraphSource
  /** The path that the gateway serves, without its subpaths. The default is `/graphql`. */
  readonly path?: string
  /**
   * Says who asks: the returned context is given to all other functions. The gateway calls it before it parses the body, once per
   * HTTP request and once per socket (at connection_init).
   */
  authenticate(request: IncomingRequest, client: AskingClient): Promise<C>
  /**
   * Says who may share streams and fetches. Two contexts with equal text must have equal rights to every event and entity, now
   * and later: the gateway asks subgraphs once for both, with the context and the request id of one of them. The gateway calls it
   * once per socket, and once per execution that may share fetches.
   */
  identityOf(context: C): string
  /**
   * Names the user whose connections count together towards the limits per user, over all sessions of the user. Return null
   * for a client that is nobody in particular. The default returns null for every context.
   */
  userOf?(context: C): string | null
  /**
   * Names the address whose requests count together towards the limits per address. The default is the address of the
   * connection; IPv6 addresses count by networks of 64 bits. Behind a proxy every client has the address of the proxy: return the
   * address of the client there.
   */
  addressOf?(request: IncomingMessage): string
  /**
   * Returns headers that prove to a subgraph that the gateway asks, and for whom. They replace forwarded headers of the same
   * name. The gateway calls it for each request that it sends, so that each signature can be used once.
   *
   * `body` is the text to sign: the JSON text `{"query":…,"operationName":…,"variables":…}` in this order, without the keys
   * that have no value. Over HTTP it is exactly the body of the request. For a subgraph in this process and for a subscription
   * over a socket it is `JSON.stringify({ query, operationName, variables })` of the request; over a socket the headers are sent
   * in `extensions.headers` of the subscribe message.
   */
  signRequest?(context: C, subgraph: string, body: string): Readonly<Record<string, string>>
  /**
   * Names of client headers that go to subgraphs unchanged. The default is none. For operations on a socket the gateway takes
   * them from the upgrade request; a value of the same name in the payload of connection_init replaces it. A remote subgraph
   * that serves subscriptions gets them in the upgrade request and in connection_init of its socket, and in
   * `extensions.headers` of each subscribe message. Each set of values has a socket of its own.
   */
  readonly forwardHeaders?: readonly string[]
  /**
   * Limits the rate of operations on a socket: returned errors refuse the operation. The gateway calls it before it parses
   * the document, since parsing costs more than refusing. Over HTTP each operation is a request of its own, so `authenticate`
   * can limit the rate there.
   */
  admitOperation?(context: C): Promise<readonly GraphQLError[]>
  /**
   * Says whether this client is anonymous, so that anybody can be it as often as they like. The gateway caches a document of an
   * anonymous client only when it comes a second time, so that strangers cannot fill the cache with documents that are used
   * once. The default is false.
   */
  isAnonymous?(context: C): boolean
  /**
   * Limits the syntax of a document, such as its depth, aliases and fragments: returned errors refuse the document. The gateway
   * calls it before validation, so that the limits bound the cost of validation. It caches the result per document.
   */
  checkDocument?(document: DocumentNode): readonly GraphQLError[]
  /**
   * Decides whether this client may run this valid operation: returned errors refuse it. The gateway calls it before each
   * execution, at the start of each subscription, and after a reload for each running subscription. The HTTP status is the
   * first `extensions.http.status` of the errors, else 400.
   */
  checkOperation?(check: OperationCheck<C>): readonly GraphQLError[] | Promise<readonly GraphQLError[]>
  /**
   * Says whether pages of this `Origin` may use the gateway, over HTTP (CORS) and over sockets. `host` is the `Host` header of the
   * request. The gateway does not call it for requests without an `Origin`, nor where the page comes from the gateway's own
   * host and that is `localhost` or an IP address: they may always. The default refuses all other origins.
   */
  originAllowed?(origin: string, host: string | undefined): boolean
  /** A sentence that is added to the refusal of an origin and to its log line, such as which setting allows the origin. */
  readonly originHint?: string
  /**
   * Serves a page to a person who opens the path in a browser: a GET that accepts `text/html` and has no query. Without this
   * option the gateway refuses such a GET, like every GET without a query.
   */
  readonly page?: RequestListener
  /** Whether clients may ask for the schema. The default is false. */
  readonly introspection?: boolean
  /**
   * Decides what a client sees of an error. `formatted` is the error as the gateway would send it, and `error` is what was thrown. The
   * default sends errors that have a code, and replaces all others by INTERNAL_SERVER_ERROR with the request id.
   */
  formatError?(formatted: GraphQLFormattedError, error: unknown, facts: { requestId: string }): GraphQLFormattedError
  /** Names a request in logs and errors. The default is the header `x-request-id` where it is 8 to 64 of [A-Za-z0-9_-], else a random UUID. */
  requestId?(headers: IncomingHttpHeaders): string
  /** The default writes no log. */
  readonly log?: Log
  /** The default counts nothing. */
  readonly metrics?: Metrics
  /** Limits that replace those of `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits>
}

/** What is open now. When no client is left, every number is zero but `documents` and `documentBytes`, which count the cache. */
export interface GatewayStats {
  /** Sockets of clients. */
  readonly sockets: number
  /** Open SSE and multipart responses. */
  readonly httpStreams: number
  /** Queries and mutations that are running, over all transports. */
  readonly operations: number
  /** Open subscriptions of clients. */
  readonly readers: number
  /** Streams that the readers share. Each has one subscription to a subgraph. */
  readonly streams: number
  /** Sockets to subgraphs. */
  readonly upstreamSockets: number
  /** Subscriptions to subgraphs. */
  readonly upstreamSubscriptions: number
  /** Cached documents. */
  readonly documents: number
  /** Estimated memory of the cached documents, with their plans and compiled executions. */
  readonly documentBytes: number
}

/** A running gateway. Disposing of it ends all streams and closes all connections at once; call `drain` before. */
export interface Gateway<C> extends AsyncDisposable {
  /**
   * Serves `path` on this HTTP server: requests and socket upgrades. Requests for other paths go to `otherwise`, which
   * answers 404 by default. Upgrades of other paths are refused with 404.
   */
  attach(server: Server, otherwise?: RequestListener): void
  /** Handles one request, for a server that does its own routing. Never throws. */
  handleRequest(request: IncomingMessage, response: ServerResponse): void
  /** Handles one socket upgrade, for a server that does its own routing. Never throws. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /**
   * Closes the connections of all clients whose context matches. No event follows. Sockets are closed with this code and
   * reason; SSE and multipart responses end with an error. A client that is being authenticated at the moment is closed as soon
   * as its context is known. Returns how many connections were closed at once.
   */
  closeSockets(matches: (context: C) => boolean, code: number, reason: string): number
  /**
   * Replaces the supergraph. New operations use the new one. Running subscriptions continue under a new plan; a subscription that
   * is no longer valid ends with the error SCHEMA_RELOAD. Rejects and changes nothing when the supergraph does not load.
   */
  reload(supergraphSdl: string): Promise<void>
  /** The schema that is served now. */
  readonly schema: () => LoadedSchema
  /**
   * Prepares for a shutdown: refuses new work, waits until running queries and mutations have ended or `deadlineMs` have passed,
   * then closes all sockets with 1012 and ends SSE and multipart responses, so that clients reconnect. The reason of each close frame
   * tells the client when to reconnect (PROTOCOL.md).
   */
  drain(deadlineMs: number): Promise<void>
  /** Whether the gateway accepts new work: false as soon as it is draining or closed. */
  ready(): boolean
  /** Counts what is open now. */
  stats(): GatewayStats
}
