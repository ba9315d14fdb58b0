/**
 * The session cache of the gateway, in front of PostgreSQL.
 * Invariants: a session that was revoked is never given out again, whoever puts it back; no entry outlives its session;
 * keys of sessions reach neither logs nor errors. May import platform/{clock,log,redis}.
 */
export type { SessionCache } from './sessions.ts'
export { openMemorySessions } from './memory.ts'
export { openRedisSessions } from './redis.ts'
