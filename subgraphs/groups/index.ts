/**
 * The groups room: groups, and who is in them from when to when.
 *
 * - A change of a group is one transaction: first the conversation's lock, then the check, the event, and what it changes. A stay
 *   begins or ends at its event's position in the log. So positions in the log, not clocks, decide who saw a message.
 * - Only present members see a group. For everybody else it answers like a group that does not exist, except for the preview of
 *   whoever may come in: by a link's code, by an invite, or because the group is public.
 * - A group has exactly one owner until it is deleted.
 * - In a broadcast group, and where `whoMaySeeMembers` is ADMINS, members neither list each other nor hear who comes and goes.
 * - This room reads the views and functions of users (people, blocks, may_add_to_group) and of chat (sent); other rooms read
 *   `groups.membership`, `groups.titles`, `groups.rights`, `groups.sizes` and call `groups.recipients()`. A group's conversation has the group's id.
 *
 * May import: subgraphs/*.ts and the interfaces of platform/.
 */
import { readContract } from '../contract.ts'
import { startErasing } from './erasure/job.ts'
import { makeContext, makePorts, type Context, type GroupsDeps, type RequestFacts } from './context.ts'
import type { Resolvers } from './generated/resolvers.ts'
import { resolvers } from './resolvers.ts'

export interface Groups {
  readonly typeDefs: string
  readonly resolvers: Resolvers<Context>
  makeContext(request: RequestFacts): Context
  /** Starts the job that lets deleted users leave their groups. */
  startErasing(): AsyncDisposable
}

export function makeGroups(deps: GroupsDeps): Groups {
  const ports = makePorts(deps)
  return {
    typeDefs: readContract('groups'),
    resolvers,
    makeContext: (request) => makeContext(ports, request),
    startErasing: () => startErasing(ports),
  }
}
