import { v7 } from 'uuid'
import { startInboxNode } from '../inbox/index.ts'
import { makeChat } from '../subgraphs/chat/index.ts'
import { withDeadline } from '../platform/sql/sql.ts'
import type { Platform } from './adapters.ts'
import { makeClosers } from './closers.ts'
import { kinds } from './kinds.ts'
import { serveRoom, type ServeRoleOptions, type SubgraphRole } from './subgraph.ts'

/** How long the node's streams wait for PostgreSQL: what a connection that is open and dead costs them. */
const NODE_DEADLINE_MS = 5_000

/** The chat subgraph, and the node that hosts this process's inbox streams. */
export async function startChat(platform: Platform, options: ServeRoleOptions): Promise<SubgraphRole> {
  const { database, eventLog, messages: store, bus, presence, clock } = platform
  const closers = makeClosers()
  const log = platform.log.with({ role: 'chat' })
  try {
    const patient = { database: withDeadline(database, NODE_DEADLINE_MS), eventLog, kinds, bus, presence, clock, log }
    const node = closers.use(await startInboxNode({ ...patient, nodeId: v7() }))
    const room = makeChat({ database, eventLog, store, bus, node, clock, log })
    const served = closers.use(await serveRoom(room, platform, options))
    return { ...served, [Symbol.asyncDispose]: () => closers[Symbol.asyncDispose]() }
  } catch (error) {
    await closers[Symbol.asyncDispose]()
    throw error
  }
}
