import { v7 } from 'uuid'
import { startInboxNode } from '../inbox/index.ts'
import { makeChat } from '../subgraphs/chat/index.ts'
import type { Platform } from './adapters.ts'
import { makeClosers } from './closers.ts'
import { kinds } from './kinds.ts'
import { serveRoom, type ServeRoleOptions, type SubgraphRole } from './subgraph.ts'

/** The chat subgraph, and the node that hosts this process's inbox streams. */
export async function startChat(platform: Platform, options: ServeRoleOptions): Promise<SubgraphRole> {
  const { database, eventLog, messages: store, bus, presence, clock } = platform
  const closers = makeClosers()
  const log = platform.log.with({ role: 'chat' })
  try {
    const node = closers.use(
      await startInboxNode({ database, eventLog, kinds, bus, presence, clock, log, nodeId: v7() }),
    )
    const room = makeChat({ database, eventLog, store, bus, node, clock, log })
    const served = closers.use(await serveRoom(room, platform, options))
    return { ...served, [Symbol.asyncDispose]: () => closers[Symbol.asyncDispose]() }
  } catch (error) {
    await closers[Symbol.asyncDispose]()
    throw error
  }
}
