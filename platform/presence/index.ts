/**
 * Which devices have a live stream, and on which node.
 * Invariants: entries of a node that stopped announcing itself are never found; whoever's entries may have been lost is
 * told, and joins again. May import platform/{clock,log,redis}.
 */
export { NODE_TTL_SECONDS, type Presence } from './presence.ts'
export { openMemoryPresence } from './memory.ts'
export { openRedisPresence } from './redis.ts'
