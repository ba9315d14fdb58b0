import { announceAppended } from '../../../platform/eventlog/appended.ts'
import type { EventLog } from '../../../platform/eventlog/eventlog.ts'
import type { Metrics } from '../../../platform/metrics/index.ts'
import { startTurns } from '../../../platform/turns.ts'
import { removeMessages } from '../changes/removal.ts'
import type { ChangePorts } from '../change-ports.ts'
import type { MessageStore } from '../messages/store/messages.ts'
import { makeStoreWriter } from '../messages/store/write.ts'
import { findExpired } from './store.ts'

/** A message is deleted at most so long after its time is over. Readers see nothing of it from then on, deleted or not. */
const TURN_EVERY_MS = 2_000
/** Maximum messages that are deleted together. Sends into their conversations wait for the transaction. */
const BATCH = 200

export interface DisappearingDeps extends Pick<ChangePorts, 'database' | 'bus' | 'clock' | 'log'> {
  readonly eventLog: Pick<EventLog, 'lock' | 'append' | 'appendMany'>
  readonly store: MessageStore
  readonly metrics: Pick<Metrics, 'count'>
}

/** Deletes messages whose time is over, for everyone. Any number of processes do: what one has deleted another one leaves alone. */
export function startDisappearing(deps: DisappearingDeps): AsyncDisposable {
  return startTurns((signal) => removeExpired(deps, signal), {
    everyMs: TURN_EVERY_MS,
    log: deps.log,
    failure: 'Messages whose time is over cannot be deleted yet: retrying.',
  })
}

/** One turn: exported for tests. */
export async function removeExpired(deps: DisappearingDeps, signal?: AbortSignal): Promise<void> {
  const { database, eventLog, store, bus, clock, log, metrics } = deps
  const write = makeStoreWriter(store, log)
  while (!signal?.aborted) {
    const at = new Date(clock.now())
    const expired = await findExpired(database, at, BATCH)
    for (const { conversationId, messageIds } of expired) {
      const tombstones = await database.transaction(async (sql) => {
        await eventLog.lock(sql, conversationId)
        // Nothing of what they said is kept, for moderators neither.
        return removeMessages(sql, deps, { conversationId, messageIds, byId: null, at, kept: null })
      })
      if (tombstones.length === 0) continue
      announceAppended(bus, conversationId, log)
      await write(tombstones, store.replace)
      metrics.count('chat_disappeared_total', {}, tombstones.length)
    }
    if (expired.reduce((sum, { messageIds }) => sum + messageIds.length, 0) < BATCH) return
  }
}
