/**
 * The groups room: groups, and who is in them from when to when.
 *
 * - A change of membership is one transaction: first the conversation's lock, then the check, the event, and the stay that
 *   begins or ends at that event's position in the log. So positions in the log, not clocks, decide who saw a message.
 * - Only present members see a group. For everybody else it answers like a group that does not exist.
 * - A group has exactly one owner while it has members.
 * - This room reads the view `users.people`; other rooms read `groups.membership` and `groups.titles`. A group's conversation
 *   has the group's id.
 *
 * May import: subgraphs/*.ts and the interfaces of platform/.
 */
import { readContract } from '../contract.ts'
import { makeContext, type Context, type GroupsDeps, type RequestFacts } from './context.ts'
import type { Resolvers } from './generated/resolvers.ts'
import { resolvers } from './resolvers.ts'

export { startErasing } from './erasure/job.ts'

export interface Groups {
  readonly typeDefs: string
  readonly resolvers: Resolvers<Context>
  makeContext(request: RequestFacts): Context
}

export function makeGroups(deps: GroupsDeps): Groups {
  return {
    typeDefs: readContract('groups'),
    resolvers,
    makeContext: (request) => makeContext(deps, request),
  }
}
