/**
 * The session cache of the gateway, in front of PostgreSQL.
 * Invariants: a session that was revoked is never given out again, whoever puts it back; no entry outlives its session;
 * keys of sessions reach neither logs nor errors. May import platform/{clock,log,redis}.
 */
export { CACHE_TTL_SECONDS, REVOKED_CHANNEL, TOMBSTONE_SECONDS, type Session, type SessionCache } from './sessions.ts'
export { openMemorySessions } from './memory.ts'
export { openRedisSessions, type RedisSessionsOptions } from './redis.ts'
