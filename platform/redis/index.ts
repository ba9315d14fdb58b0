/**
 * The connection to Redis, for the adapters beside it.
 * - A command never waits for a server that is down: it rejects at once, or after COMMAND_TIMEOUT_MS if the network
 *   swallows it. Nothing is queued, and nothing is sent twice.
 * - The connection reconnects by itself, also from a half-open network, with backoff and jitter.
 * - Keys deliberately have no default prefix: two installations on one server would share them by accident.
 * May import platform/log.
 */
export { openRedis, type RedisOptions } from './connection.ts'
export { defineScript } from './script.ts'
