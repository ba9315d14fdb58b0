import { announceAppended } from '../../../platform/eventlog/appended.ts'
import type { EventLog } from '../../../platform/eventlog/eventlog.ts'
import type { ChangePorts } from '../change-ports.ts'
import { REACTION_CHANGED, type ReactionChanged } from './events.ts'
import { deleteReaction, findReactedConversation, findReactionsOf } from './store.ts'

/** Reactions that one transaction removes: it holds the lock of their conversation for so long. */
const BATCH = 100

export interface EraseReactionsPorts extends Pick<ChangePorts, 'database' | 'bus' | 'log'> {
  readonly eventLog: Pick<EventLog, 'lock' | 'appendMany'>
}

/** Removes all reactions of a deleted user. The others are told, as if the user had removed them. */
export async function eraseReactions(
  { database, eventLog, bus, log }: EraseReactionsPorts,
  userId: string,
  signal?: AbortSignal,
): Promise<void> {
  while (!signal?.aborted) {
    const conversationId = await findReactedConversation(database, userId)
    if (conversationId === null) return
    await database.transaction(async (sql) => {
      await eventLog.lock(sql, conversationId)
      const payloads: ReactionChanged[] = []
      for (const { authorId, hidesMembers, ...reaction } of await findReactionsOf(sql, userId, conversationId, BATCH)) {
        const count = await deleteReaction(sql, reaction)
        payloads.push({ ...reaction, authorId, added: false, count, named: !hidesMembers })
      }
      await eventLog.appendMany(sql, { kind: REACTION_CHANGED, key: conversationId, payloads })
    })
    announceAppended(bus, conversationId, log)
  }
}
