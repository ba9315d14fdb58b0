import { makeUsers } from '../subgraphs/users/index.ts'
import type { Platform } from './adapters.ts'
import { makeClosers } from './closers.ts'
import { serveRoom, type ServeRoleOptions, type SubgraphRole } from './subgraph.ts'

/** The users subgraph. */
export async function startUsers(platform: Platform, options: ServeRoleOptions): Promise<SubgraphRole> {
  const { database, sessions, bus, rate, otp, clock } = platform
  const closers = makeClosers()
  const log = platform.log.with({ role: 'users' })
  const room = closers.use(makeUsers({ database, sessions, bus, rate, otp, clock, log }))
  const served = closers.use(await serveRoom(room, platform, options))
  return { ...served, [Symbol.asyncDispose]: () => closers[Symbol.asyncDispose]() }
}
