import { makeGroups } from '../subgraphs/groups/index.ts'
import { makeClosers } from './closers.ts'
import type { Role } from './role.ts'
import { serveRoom } from './subgraph.ts'

/** The groups subgraph. */
export const groups: Role = {
  name: 'groups',
  needs: ['bus'],
  async start({ platform, health }) {
    const { config, database, eventLog, bus, clock } = platform
    const log = platform.log.with({ role: 'groups' })
    const groups = makeGroups({ database, eventLog, bus, clock, log, maxMembers: config.GROUP_MAX_MEMBERS })
    const closers = makeClosers()
    const subgraph = closers.use(await serveRoom(groups, platform, 'groups', health))
    closers.use(groups.startErasing())
    return { subgraph, [Symbol.asyncDispose]: () => closers[Symbol.asyncDispose]() }
  },
}
