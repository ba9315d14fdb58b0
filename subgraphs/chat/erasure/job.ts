import type { Clock } from '../../../platform/clock/clock.ts'
import { startTurns } from '../../../platform/turns.ts'
import { eraseReactions, type EraseReactionsPorts } from '../reactions/erase.ts'
import { ERASED_CLIENT_ID, type MessageStore } from '../messages/store/messages.ts'
import { eraseReceipts, findNamedMessages, findUnerased, markErased } from './store.ts'

/** Interval of the search for deleted users. */
const TURN_EVERY_MS = 2_000
const PER_TURN = 100
/** Messages of one batch, which is one write to the message store. */
const BATCH = 500
/** By then every request that ran at the deletion has ended: a second pass finds what it wrote. */
const SETTLE_MS = 60_000
/** A message that the store still lacks by then is not waited for: the store lost it, and the log will not bring it back. */
const PATIENCE_MS = 24 * 60 * 60_000

export interface ErasureDeps extends EraseReactionsPorts {
  readonly store: MessageStore
  readonly clock: Clock
}

/**
 * Erases what this room keeps about deleted users. The bodies of messages stay, because they are the others' history
 * too; the ids that the user's app gave them go.
 */
export function startErasing(deps: ErasureDeps): AsyncDisposable {
  return startTurns((signal) => eraseOnce(deps, signal), {
    everyMs: TURN_EVERY_MS,
    log: deps.log,
    failure: 'Messages of deleted users cannot be erased yet: retrying.',
  })
}

/** One turn: exported for tests. */
export async function eraseOnce(deps: ErasureDeps, signal?: AbortSignal): Promise<void> {
  const { database, clock } = deps
  const now = clock.now()
  for (const { userId, erasedAt } of await findUnerased(database, new Date(now - SETTLE_MS), PER_TURN)) {
    const missing = await eraseClientIds(deps, userId, erasedAt.getTime() < now - PATIENCE_MS, signal)
    await eraseReactions(deps, userId, signal)
    if (signal?.aborted) return
    if (missing > 0) continue
    await markErased(database, userId, new Date(now), erasedAt.getTime() < now - SETTLE_MS)
  }
}

/** Returns the number of messages that the store does not have yet: the relay is still to write them there. */
async function eraseClientIds(
  { database, store }: ErasureDeps,
  senderId: string,
  withMissing: boolean,
  signal: AbortSignal | undefined,
): Promise<number> {
  let missing = 0
  for (let after = ''; !signal?.aborted;) {
    const batch = await findNamedMessages(database, senderId, after, ERASED_CLIENT_ID, BATCH)
    const last = batch.at(-1)
    if (!last) break
    after = last.clientMessageId
    const found = await store.forgetClientIds(batch)
    const erased = withMissing ? batch.map(({ id }) => id) : found
    missing += batch.length - erased.length
    // The store comes first: what is left after a crash is found again by its receipt.
    await eraseReceipts(database, senderId, erased, ERASED_CLIENT_ID)
  }
  return missing
}
