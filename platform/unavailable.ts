/** How long clients are told to wait before a retry: services come back within seconds, or not soon. */
export const RETRY_AFTER_MS = 1_000

/** A service that this process needs is down, or too busy: the same call may succeed in a moment. */
export class UnavailableError extends Error {
  override readonly name: string = 'UnavailableError'
}

/** Node's error codes of a failing network, from any driver. */
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
  // undici's codes for the same; webhooks are posted with it.
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_SOCKET',
])

/**
 * SQLSTATEs of a PostgreSQL server that cannot serve now. A wrong statement's codes are not among them: a retry would
 * fail again.
 *
 * - 08 the connection broke; 53 no memory, disk or connection left; 57P01 to 57P03 it stops or starts; 58 its disk fails
 * - 25006 it became a standby; 25P03 the transaction was idle too long; 57014 the statement was too slow; 55P03 the lock was busy
 * - 40001, 40P01 conflicts with other transactions, even after the pool's retries
 * - 28, 3D000 it no longer knows our user or the database: only an operator can help, and the client should wait
 */
const SQLSTATE = /^(08...|53...|57P0[123]|58...|25006|25P03|57014|55P03|40001|40P01|28...|3D000)$/

/** Messages of pg and pg-pool that have no code. */
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

/** Messages of ioredis that have no code, and the prefixes of Redis's answers while it cannot serve. */
const REDIS = new Set([
  'Connection is closed.',
  'Command timed out',
  'connect ETIMEDOUT',
  "Stream isn't writeable and enableOfflineQueue options is false",
])
const REDIS_REPLY = /^(LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|READONLY|BUSY|OOM|NOREPLICAS|UNBLOCKED) /

/** Error classes of mongodb, amqplib and ioredis by name, because only their adapters import them. */
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
/** mongodb's label for an error that a new primary may not have: a server that steps down, or is no longer primary. */
const MONGO_LABEL = 'RetryableWriteError'

/** Maximum nesting of causes: deeper than any code wraps. */
const MAX_DEPTH = 8

/**
 * Whether an error, or a cause in it, only says that a store or a service is down for now, from any driver. This is
 * the only place that decides between UNAVAILABLE, which clients retry, and INTERNAL_SERVER_ERROR.
 */
export function isUnavailable(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > MAX_DEPTH) return false
  if (isOutageError(error)) return true
  const { cause, errors, originalError } = error as { cause?: unknown; errors?: unknown; originalError?: unknown }
  // A host name with two addresses fails at both, and graphql-js wraps a resolver's error.
  const inner = [cause, originalError, ...(Array.isArray(errors) ? (errors as unknown[]) : [])]
  return inner.some((one) => isUnavailable(one, depth + 1))
}

/** Whether the error itself, without its causes, is an outage rather than a fault of the code. */
export function isOutageError(error: object): boolean {
  if (error instanceof UnavailableError) return true
  const { code, name, message, errorLabelSet } = error as Readonly<Record<string, unknown>>
  if (typeof code === 'string' && (NETWORK.has(code) || (code.length === 5 && SQLSTATE.test(code)))) return true
  if (typeof name === 'string' && CLASSES.has(name)) return true
  if (errorLabelSet instanceof Set && errorLabelSet.has(MONGO_LABEL)) return true
  return typeof message === 'string' && (PG.has(message) || REDIS.has(message) || REDIS_REPLY.test(message))
}
