/**
 * The chat room: conversations, messages, and every user's inbox.
 *
 * - Messages of a conversation are numbered 1, 2, 3, … in the order of the event log: number, event and receipt come from
 *   one transaction, whose first statement is the conversation's lock.
 * - A message is in the log before it is acknowledged. The message store may be behind, and readers read the missing
 *   messages from the log.
 * - Only SQL decides who takes part (`chat.participants`, `chat.recipients`), as of a position in the log. Strangers and
 *   former members get the same answers as if the conversation did not exist. Only the view `chat.own_conversations` decides
 *   which messages a participant may see: in a group those since the present stay began, and always those
 *   after what the participant cleared.
 * - A stream gives each event once and in the order of its conversation, whatever the bus loses (inbox/).
 * - Other rooms read the view `chat.participants` and the function `chat.recipients`; this room reads `users.people`,
 *   `users.hides_receipts`, `users.invisible`, `users.blocks`, `groups.membership`, `groups.rights`, `groups.sizes` and `events.log`.
 * May import: subgraphs/*.ts and the interfaces of platform/.
 */
import type { EventViews } from '../serve.ts'
import { readContract } from '../contract.ts'
import { makeContexts, type ChatDeps, type Context, type RequestFacts } from './context.ts'
import type { Resolvers } from './generated/resolvers.ts'
import { eventViews } from './inbox/resolvers.ts'
import { resolvers } from './resolvers.ts'

export { startDisappearing } from './disappearing/job.ts'
export { startErasing } from './erasure/job.ts'
export { findFaults, findLostBodies } from './consistency/check.ts'
export type { Uploads } from './media/ports.ts'
export { startSweeping } from './media/sweep.ts'
export { findBadges } from './reads/unread.ts'
export { finishWrites } from './messages/send.ts'
export { startSending } from './scheduled/job.ts'
export { startIndexing } from './search/job.ts'
export { forgetIndex, languageExists } from './search/store.ts'
export type { ChatDeps } from './context.ts'

export interface Chat {
  readonly typeDefs: string
  readonly resolvers: Resolvers<Context>
  makeContext(request: RequestFacts): Context
  readonly eventViews: EventViews
}

/** Holds nothing that must be closed: the caller owns the node, the store and the database. */
export function makeChat(deps: ChatDeps): Chat {
  return {
    typeDefs: readContract('chat'),
    resolvers,
    makeContext: makeContexts(deps),
    eventViews,
  }
}
