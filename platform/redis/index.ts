/**
 * The connection to Redis, for the adapters of the ports beside it; no port itself.
 * - A command never waits for a server that is away: it rejects at once, or after COMMAND_TIMEOUT_MS when the network
 *   swallows it. Nothing is queued and nothing is sent twice.
 * - The connection comes back by itself, also from a half-open network, with backoff and jitter.
 * - Keys have no default prefix, intentionally: two installations on one server would share them by accident.
 * May import platform/log.
 */
export { openRedis, type RedisOptions } from './connection.ts'
export { defineScript } from './script.ts'
