/**
 * Every queue, cache and buffer that a client can grow, and every time that something may take. Each comment says what the limit
 * bounds and what happens at the limit. The option `limits` of `openGateway` replaces any of them. The table in README.md is made of these
 * comments.
 */
export interface Limits {
  /** Size of a request body. A larger body gets 413 PAYLOAD_TOO_LARGE, and the connection closes. Stops memory floods. */
  readonly maxBodyBytes: number
  /** A request body that is not complete after this time counts as slow. */
  readonly slowBodyMs: number
  /**
   * Slow bodies of one address at the same time. A further one gets 429 TOO_MANY_REQUESTS. Stops slow requests from piling
   * up in memory.
   */
  readonly maxSlowBodiesPerAddress: number
  /** From this time on, a request body must have come at `minBodyBytesPerSecond` on average. */
  readonly bodyGraceMs: number
  /** Average speed of a request body after `bodyGraceMs`. A slower body gets 408 REQUEST_TIMEOUT. */
  readonly minBodyBytesPerSecond: number
  /** Time from the first byte of a request body to the last. A later body gets 408 REQUEST_TIMEOUT. */
  readonly bodyDeadlineMs: number
  /**
   * Size of all request bodies that are being read, of all clients together. Beyond it the oldest slow body gets 503
   * TOO_MANY_REQUESTS; where none is slow, the newest.
   */
  readonly maxBodyBytesUnderWay: number
  /** Time without progress while a client reads an answer over HTTP. Then the connection is cut. */
  readonly answerWaitMs: number
  /** Size of one message of a client on a socket. A larger one closes the socket with 1009. */
  readonly maxMessageBytes: number
  /**
   * Levels of nesting in the JSON of a client. Deeper JSON is refused with BAD_REQUEST, on a socket with close code 4400.
   * Stops stack overflows.
   */
  readonly maxJsonDepth: number
  /**
   * Characters in the id of an operation on a socket, which every frame of the operation repeats. A longer id closes the
   * socket with 4400.
   */
  readonly maxIdLength: number
  /** Size of the payload of a ping, which the pong repeats. A larger one closes the socket with 4400. */
  readonly maxPingPayloadBytes: number
  /** Size of one message on a socket before connection_ack. A larger one closes the socket with 1009. */
  readonly maxUnreadyMessageBytes: number
  /**
   * Size of the pongs that a client has not read yet. Beyond it the socket closes with 1013. Stops clients that send pings
   * and never read.
   */
  readonly maxWaitingPongBytes: number
  /**
   * Frames per second that a client may send on one socket on average, including WebSocket pings and pongs. If a client
   * exceeds it and `maxFramesAtOnce`, its socket closes with 1013 and is read no further. It stops floods of small
   * frames.
   */
  readonly maxFramesPerSecond: number
  /** Frames that a client may send on one socket in a burst: it needs fewer to start and complete all its operations. */
  readonly maxFramesAtOnce: number
  /** Tokens of a document. A longer document is refused with GRAPHQL_PARSE_FAILED before the rest is parsed. */
  readonly maxTokens: number
  /** Open sockets of this gateway, whether authenticated or not. A further upgrade gets 503. */
  readonly maxSockets: number
  /**
   * Sockets and SSE and multipart responses of one address (IPv6: one network of 64 bits). A further upgrade gets 429, a
   * further response 429 TOO_MANY_STREAMS.
   */
  readonly maxConnectionsPerAddress: number
  /**
   * Sockets and SSE and multipart responses of one user, over all sessions. A further socket closes with 1013, a further
   * response gets 429 TOO_MANY_STREAMS.
   */
  readonly maxConnectionsPerUser: number
  /** Sockets of one address that are not acknowledged yet. A further upgrade gets 429. */
  readonly maxUnreadyPerAddress: number
  /** Open SSE and multipart responses of this gateway. A further one gets 503 TOO_MANY_STREAMS. */
  readonly maxHttpStreams: number
  /** Operations that run on one socket at the same time. A further one is refused with TOO_MANY_OPERATIONS. */
  readonly maxOperationsPerSocket: number
  /**
   * Operations that run on all sockets of one user at the same time: each event costs once for each document that is
   * subscribed to. A further one is refused with TOO_MANY_OPERATIONS.
   */
  readonly maxOperationsPerUser: number
  /** Time from the upgrade to connection_init. Then the socket closes with 4408. */
  readonly connectionInitWaitMs: number
  /** Time between WebSocket pings to a client. A socket that has not answered one ping when the next is due is cut. */
  readonly pingIntervalMs: number
  /**
   * Time between heartbeats on SSE and multipart, which keep proxies from closing the response. A response that has not
   * taken one heartbeat when the next is due is cut.
   */
  readonly heartbeatMs: number
  /** Frames that wait for one client. Beyond it a socket closes with 1013 and a response is cut; the client can resume. */
  readonly maxWaitingEvents: number
  /** Bytes that wait for one client. Beyond it a socket closes with 1013 and a response is cut; the client can resume. */
  readonly maxWaitingBytes: number
  /**
   * Bytes that wait for all clients of one address. Beyond it the connection that needs the next byte is closed as too slow.
   */
  readonly maxWaitingBytesPerAddress: number
  /**
   * Bytes that wait for all connections of one user. Beyond it the connection that needs the next byte is closed as too
   * slow.
   */
  readonly maxWaitingBytesPerUser: number
  /** Clients per second that a drain tells to reconnect. Each close reason names another delay. */
  readonly maxReconnectsPerSecond: number
  /** Time that a client has to answer a close frame. Then the socket is cut. */
  readonly closeWaitMs: number
  /** Events of one stream that wait for earlier events. Beyond it the stream is resumed, or goes on with a gap. */
  readonly maxWaitingUpstreamEvents: number
  /**
   * Levels of brackets in a document, and of selection sets with all fragments expanded. A deeper document is refused with
   * DOCUMENT_TOO_DEEP. Stops stack overflows, here and in subgraphs.
   */
  readonly maxNesting: number
  /**
   * Selections of a document with all fragments expanded: 20 short fragments can make a million. A larger document is
   * refused with DOCUMENT_TOO_COMPLEX.
   */
  readonly maxSelections: number
  /**
   * Estimated memory of the cache of documents with their plans. Beyond it the least recently used document is dropped, and
   * is read again when it comes again.
   */
  readonly maxDocumentBytes: number
  /** Open streams to subgraphs. A further one is refused with TOO_MANY_STREAMS. */
  readonly maxStreams: number
  /**
   * Sockets to one subgraph; only different forwarded headers need more than one. A stream that needs a further socket is
   * refused with TOO_MANY_STREAMS.
   */
  readonly maxUpstreamSockets: number
  /** HTTP connections to one subgraph. Further requests wait for a free connection. */
  readonly maxSubgraphConnections: number
  /** Time of one fetch from a subgraph, including the connection. Then the fetch fails with DOWNSTREAM_SERVICE_ERROR. */
  readonly subgraphTimeoutMs: number
  /**
   * Time that a fetch waits for a free connection to its subgraph. Then it fails with DOWNSTREAM_SERVICE_ERROR before it is
   * sent, since too little of `subgraphTimeoutMs` is left. Stops an overload from lasting because clients try again.
   */
  readonly subgraphQueueMs: number
  /** Consecutive failed fetches after which a remote subgraph counts as down. */
  readonly subgraphFailures: number
  /** Time that a subgraph which is down is not asked: its fetches fail at once. Then one fetch tries again. */
  readonly subgraphPauseMs: number
  /**
   * Size of an answer of a subgraph. With a larger one the fetch fails. Stops one wrong resolver from taking the gateway
   * down.
   */
  readonly maxSubgraphResponseBytes: number
  /** Time that a stream waits for its subgraph to come back. Then its clients get an error. */
  readonly reconnectDeadlineMs: number
  /**
   * Time for which an event of a resumable stream is tried again while an outage leaves nothing of it; later events wait.
   * Then the stream ends with RESUME, before the event. The last try may take `subgraphTimeoutMs` more.
   */
  readonly eventRetryMs: number
  /** Time between the progress pings to a remote subgraph. */
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
  maxFramesPerSecond: 100,
  maxFramesAtOnce: 1_000,
  maxTokens: 10_000,
  maxSockets: 50_000,
  maxConnectionsPerAddress: 1_000,
  maxConnectionsPerUser: 100,
  maxUnreadyPerAddress: 100,
  maxHttpStreams: 10_000,
  maxOperationsPerSocket: 100,
  maxOperationsPerUser: 200,
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
