import { makeGroups, startErasing } from '../subgraphs/groups/index.ts'
import { makeClosers } from './closers.ts'
import type { Role } from './role.ts'
import { serveRoom } from './subgraph.ts'

/** The groups subgraph. */
export const groups: Role = {
  name: 'groups',
  needs: ['bus'],
  async start({ platform, health }) {
    const { database, eventLog, bus, clock } = platform
    const deps = { database, eventLog, bus, clock, log: platform.log.with({ role: 'groups' }) }
    const closers = makeClosers()
    const subgraph = closers.use(await serveRoom(makeGroups(deps), platform, 'groups', health))
    closers.use(startErasing(deps))
    return { subgraph, [Symbol.asyncDispose]: () => closers[Symbol.asyncDispose]() }
  },
}
