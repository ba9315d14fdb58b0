/** What a client is told to wait before it tries again: services come back within seconds, or not soon. */
export const RETRY_AFTER_MS = 1_000

/** A service that this process needs is away, or too busy to take more: the same call may work in a moment. */
export class UnavailableError extends Error {
  override readonly name: string = 'UnavailableError'
}

/** Node's codes of a network that does not carry: whichever driver met them. */
const NETWORK = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  // The same by the name of undici, which webhooks are posted with.
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_SOCKET',
])

/**
 * SQLSTATEs of a PostgreSQL that cannot serve now. Not those of a statement that is wrong: it would be wrong again.
 *
 * - 08 the connection broke; 53 no memory, disk or connection left; 57P01 to 57P03 it stops or starts; 58 its disk fails
 * - 25006 it became a standby; 25P03 the transaction stood still too long; 57014 the statement did; 55P03 the lock was busy
 * - 40001, 40P01 others won, as often as the pool tried again
 * - 28, 3D000 it knows neither us nor the database any more: only an operator can help, and the client waits all the same
 */
const SQLSTATE = /^(08...|53...|57P0[123]|58...|25006|25P03|57014|55P03|40001|40P01|28...|3D000)$/

/** What pg and pg-pool say without a code. */
const PG = new Set([
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client was closed and is not queryable',
  'Client has encountered a connection error and is not queryable',
])

/** What ioredis says without a code, and how Redis begins an answer while it cannot serve. */
const REDIS = new Set([
  'Connection is closed.',
  'Command timed out',
  'connect ETIMEDOUT',
  "Stream isn't writeable and enableOfflineQueue options is false",
])
const REDIS_REPLY = /^(LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|READONLY|BUSY|OOM|NOREPLICAS|UNBLOCKED) /

/** Classes of mongodb, amqplib and ioredis by name: their modules stay with their adapters. */
const CLASSES = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoNotConnectedError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'PoolClearedOnNetworkError',
  'MongoServerClosedError',
  'MongoServerSelectionError',
  'MongoTopologyClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoWriteConcernError',
  'IllegalOperationError',
  'MaxRetriesPerRequestError',
])
/** mongodb's own word for what a new primary may take: a server that steps down, or is no longer one. */
const MONGO_LABEL = 'RetryableWriteError'

/** Causes of causes: deeper than anybody wraps. */
const MAX_DEPTH = 8

/**
 * Whether an error only says that a store or a service is away for now, by whichever driver and however it was wrapped.
 * The one place that knows: it decides between UNAVAILABLE, which clients retry, and INTERNAL_SERVER_ERROR.
 */
export function isUnavailable(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > MAX_DEPTH) return false
  if (saysAway(error)) return true
  const { cause, errors, originalError } = error as { cause?: unknown; errors?: unknown; originalError?: unknown }
  // A name with two addresses fails at both, and an error of graphql-js wraps what the resolver threw.
  const inner = [cause, originalError, ...(Array.isArray(errors) ? (errors as unknown[]) : [])]
  return inner.some((one) => isUnavailable(one, depth + 1))
}

/** The error itself, not what it wraps: no fault of the code is behind it. */
export function saysAway(error: object): boolean {
  if (error instanceof UnavailableError) return true
  const { code, name, message, errorLabelSet } = error as Readonly<Record<string, unknown>>
  if (typeof code === 'string' && (NETWORK.has(code) || (code.length === 5 && SQLSTATE.test(code)))) return true
  if (typeof name === 'string' && CLASSES.has(name)) return true
  if (errorLabelSet instanceof Set && errorLabelSet.has(MONGO_LABEL)) return true
  return typeof message === 'string' && (PG.has(message) || REDIS.has(message) || REDIS_REPLY.test(message))
}
