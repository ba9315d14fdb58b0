/**
 * The devices that have a live stream, and the node of each. Invariants: entries of a node that no longer announces
 * itself are never found; a node whose entries may have been lost is told to join again. May import
 * platform/{clock,log,redis}.
 */
export { NODE_TTL_SECONDS, type Presence } from './presence.ts'
export { openMemoryPresence } from './memory.ts'
export { openRedisPresence } from './redis.ts'
