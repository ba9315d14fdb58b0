/**
 * Every queue, cache and buffer that a client can grow, and every time that something may take, with what happens at the
 * limit. Each may be set by options.
 */
export interface Limits {
  /** A request's body. Stops memory floods: 413 PAYLOAD_TOO_LARGE, and the connection closes. */
  readonly maxBodyBytes: number
  /** A body that is not there after this long is slow. */
  readonly slowBodyMs: number
  /**
   * Slow bodies of one address, all held in memory until they are whole. Stops slow requests from piling up: 429
   * TOO_MANY_REQUESTS, for clients to send again.
   */
  readonly maxSlowBodiesPerAddress: number
  /** From here on a body must have come at `minBodyBytesPerSecond`, on average: 408 REQUEST_TIMEOUT. */
  readonly bodyGraceMs: number
  readonly minBodyBytesPerSecond: number
  /** From its first byte to its last: then 408 REQUEST_TIMEOUT. */
  readonly bodyDeadlineMs: number
  /** All bodies that are being read, in bytes, whoever sends them: a further one gets 503 TOO_MANY_REQUESTS. */
  readonly maxBodyBytesUnderWay: number
  /** An answer of which its client took nothing for this long is dropped with its connection. */
  readonly answerWaitMs: number
  /** One message on a socket: beyond it the socket closes with 1009. */
  readonly maxMessageBytes: number
  /**
   * Levels of JSON from a client, a body's or a message's own included: deeper values overflow the stack of whatever walks
   * them. Error BAD_REQUEST; on a socket it closes with 4400.
   */
  readonly maxJsonDepth: number
  /** Characters of the id of an operation on a socket, which every frame of it repeats: then the socket closes with 4400. */
  readonly maxIdLength: number
  /** What a ping carries and its pong repeats: beyond it the socket closes with 4400. */
  readonly maxPingPayloadBytes: number
  /** The same before the connection is acknowledged, when nobody knows yet who sends it. */
  readonly maxUnreadyMessageBytes: number
  /** Pongs that wait since their client sends pings and reads nothing: then the socket closes with 1013. */
  readonly maxWaitingPongBytes: number
  /** Tokens of a document, before it is parsed on: the cost of parsing and validating. Error GRAPHQL_PARSE_FAILED. */
  readonly maxTokens: number
  /** Open sockets of this gateway, authenticated or not: further upgrades get 503. */
  readonly maxSockets: number
  /**
   * Sockets and SSE and multipart responses of one address, IPv6 by networks of 64 bits. Stops one stranger from taking
   * all there are: a further upgrade gets 429, a further response 429 TOO_MANY_STREAMS.
   */
  readonly maxConnectionsPerAddress: number
  /** Those of one user, over all sessions: a further socket closes with 1013, a response gets 429 TOO_MANY_STREAMS. */
  readonly maxConnectionsPerUser: number
  /** Sockets of one address that are not acknowledged: further upgrades get 429. */
  readonly maxUnreadyPerAddress: number
  /** Open SSE and multipart responses: further ones get 503. */
  readonly maxHttpStreams: number
  /** Operations running on one socket: a further one is refused with TOO_MANY_OPERATIONS. */
  readonly maxOperationsPerSocket: number
  /** From the upgrade to connection_init: then the socket closes with 4408. */
  readonly connectionInitWaitMs: number
  /** Between pings; a socket that did not answer the last one when the next is due is cut. */
  readonly pingIntervalMs: number
  /**
   * Between signs of life on SSE and multipart, so that proxies keep the response open. A response whose connection did not
   * take the last one when the next is due is cut.
   */
  readonly heartbeatMs: number
  /** Frames handed to one client that its connection did not take yet: then 1013, and the client resumes. */
  readonly maxWaitingEvents: number
  /** The same in bytes. */
  readonly maxWaitingBytes: number
  /**
   * What waits for all connections of one address, and of one user: the connection for which the next byte waits is closed
   * like one that is too slow.
   */
  readonly maxWaitingBytesPerAddress: number
  readonly maxWaitingBytesPerUser: number
  /** How many clients per second a drain tells to come back: each is given a moment of its own in the close reason. */
  readonly maxReconnectsPerSecond: number
  /** How long a socket closed by us may take to take what is buffered and answer; then it is cut. */
  readonly closeWaitMs: number
  /** Events of one stream that wait for the events before them: then the stream is resumed, or goes on with a gap. */
  readonly maxWaitingUpstreamEvents: number
  /**
   * Brackets of a document in each other (selections, arguments, lists, objects), and selection sets with all fragments
   * put in. Stops what would run out of stack, here or in a subgraph. Error DOCUMENT_TOO_DEEP.
   */
  readonly maxNesting: number
  /** Selections of a document with all fragments put in: 20 short fragments make a million. Error DOCUMENT_TOO_COMPLEX. */
  readonly maxSelections: number
  /**
   * Heap for parsed documents, their plans and what is compiled of them, as estimated. Stops whoever never sends the same
   * document twice. The least recently used goes, and is made anew when it comes again.
   */
  readonly maxDocumentBytes: number
  /** Streams open towards subgraphs: a further one is refused with TOO_MANY_STREAMS. */
  readonly maxStreams: number
  /** Sockets to one subgraph; only different forwarded headers need more than one. A further one: TOO_MANY_STREAMS. */
  readonly maxUpstreamSockets: number
  /** Connections for queries to one subgraph. */
  readonly maxSubgraphConnections: number
  /** One fetch from a subgraph, connecting included. */
  readonly subgraphTimeoutMs: number
  /**
   * How long a fetch may wait until a connection is free. One that waited longer is given up before it is sent: its subgraph
   * would work for nobody, since the rest of `subgraphTimeoutMs` is too short, and so would do for everybody who waits
   * behind it. Stops an overload that lasts because clients try again. Error DOWNSTREAM_SERVICE_ERROR.
   */
  readonly subgraphQueueMs: number
  /** Fetches that failed one after the other, with nothing answered between, until a remote subgraph is taken for down. */
  readonly subgraphFailures: number
  /** How long it is left in peace then: fetches fail at once, clients get what others have, and one fetch tries again. */
  readonly subgraphPauseMs: number
  /** An answer of a subgraph: beyond it the fetch fails. Stops one wrong resolver from taking the gateway down. */
  readonly maxSubgraphResponseBytes: number
  /** How long a stream waits for its subgraph to come back before its readers get an error. */
  readonly reconnectDeadlineMs: number
  /**
   * How long an event of a resumable stream of which an outage leaves nothing is tried again, while what came after it
   * waits. Then its readers get RESUME, so that no cursor passes it. The last try may take `subgraphTimeoutMs` more.
   */
  readonly eventRetryMs: number
  /** Between reports of how far readers got, to a subgraph over its socket. */
  readonly progressIntervalMs: number
}

const KIB = 1024
const MIB = 1024 * KIB
const SECOND = 1000

export const DEFAULT_LIMITS: Limits = {
  maxBodyBytes: 1 * MIB,
  slowBodyMs: 1 * SECOND,
  maxSlowBodiesPerAddress: 100,
  bodyGraceMs: 5 * SECOND,
  minBodyBytesPerSecond: 1 * KIB,
  bodyDeadlineMs: 30 * SECOND,
  maxBodyBytesUnderWay: 256 * MIB,
  answerWaitMs: 30 * SECOND,
  maxMessageBytes: 256 * KIB,
  maxUnreadyMessageBytes: 4 * KIB,
  maxWaitingPongBytes: 64 * KIB,
  maxJsonDepth: 64,
  maxIdLength: 256,
  maxPingPayloadBytes: 1 * KIB,
  maxTokens: 10_000,
  maxSockets: 50_000,
  maxConnectionsPerAddress: 1_000,
  maxConnectionsPerUser: 100,
  maxUnreadyPerAddress: 100,
  maxHttpStreams: 10_000,
  maxOperationsPerSocket: 100,
  connectionInitWaitMs: 5 * SECOND,
  pingIntervalMs: 12 * SECOND,
  heartbeatMs: 10 * SECOND,
  maxWaitingEvents: 1_000,
  maxWaitingBytes: 4 * MIB,
  maxWaitingBytesPerAddress: 64 * MIB,
  maxWaitingBytesPerUser: 16 * MIB,
  maxReconnectsPerSecond: 1_000,
  closeWaitMs: 5 * SECOND,
  maxWaitingUpstreamEvents: 1_000,
  maxNesting: 64,
  maxSelections: 10_000,
  maxDocumentBytes: 64 * MIB,
  maxStreams: 100_000,
  maxUpstreamSockets: 100,
  maxSubgraphConnections: 64,
  subgraphTimeoutMs: 10 * SECOND,
  subgraphQueueMs: 3 * SECOND,
  subgraphFailures: 10,
  subgraphPauseMs: 1 * SECOND,
  maxSubgraphResponseBytes: 64 * MIB,
  reconnectDeadlineMs: 5 * 60 * SECOND,
  eventRetryMs: 10 * SECOND,
  progressIntervalMs: 200,
}
