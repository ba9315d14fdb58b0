import { makeGroups } from '../subgraphs/groups/index.ts'
import type { Platform } from './adapters.ts'
import { serveRoom, type ServeRoleOptions, type SubgraphRole } from './subgraph.ts'

/** The groups subgraph. */
export function startGroups(platform: Platform, options: ServeRoleOptions): Promise<SubgraphRole> {
  const { database, eventLog, bus, clock } = platform
  const room = makeGroups({ database, eventLog, bus, clock, log: platform.log.with({ role: 'groups' }) })
  return serveRoom(room, platform, options)
}
