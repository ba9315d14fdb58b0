import { makeGroups } from '../subgraphs/groups/index.ts'
import type { Role } from './role.ts'
import { serveRoom } from './subgraph.ts'

/** The groups subgraph. */
export const groups: Role = {
  name: 'groups',
  needs: ['bus'],
  async start({ platform, health }) {
    const { database, eventLog, bus, clock } = platform
    const room = makeGroups({ database, eventLog, bus, clock, log: platform.log.with({ role: 'groups' }) })
    const subgraph = await serveRoom(room, platform, 'groups', health)
    return { subgraph, [Symbol.asyncDispose]: () => subgraph[Symbol.asyncDispose]() }
  },
}
