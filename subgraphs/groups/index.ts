/**
 * The groups room: groups, and who is in them from when to when.
 *
 * - A change of membership is one transaction: the conversation's lock first, then the check, the event, and the stay that
 *   begins or ends at that event's position in the log. So who saw a message is a question of positions, not of clocks.
 * - Only who is in a group now sees it. To everybody else it answers as one that does not exist.
 * - A group has one owner while it has anybody.
 * - Reads the view `users.people`; others read `groups.membership` and `groups.titles`. A group's conversation has its id.
 *
 * May import: subgraphs/*.ts and the interfaces of platform/.
 */
import { readContract } from '../contract.ts'
import { makeContext, type Context, type GroupsDeps, type RequestFacts } from './context.ts'
import type { Resolvers } from './generated/resolvers.ts'
import { resolvers } from './resolvers.ts'

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
