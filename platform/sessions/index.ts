/**
 * The gateway's cache of sessions, in front of PostgreSQL. Invariants: a revoked session is never returned again, even
 * if it is put back; no entry outlives its session; neither logs nor errors contain session keys. May import
 * platform/{clock,log,redis}.
 */
export { makeSessionKeys, type SessionKeys } from './keys.ts'
export type { SessionCache } from './sessions.ts'
export { openMemorySessions } from './memory.ts'
export { openRedisSessions } from './redis.ts'
