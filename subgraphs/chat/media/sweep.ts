import type { Clock } from '../../../platform/clock/clock.ts'
import type { FileStore } from '../../../platform/files/files.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import { startTurns } from '../../../platform/turns.ts'
import { deleteMedia, takeUnused, UNUSED_MS } from './store.ts'

const TURN_EVERY_MS = 60_000
const PER_BATCH = 100

export interface SweepDeps {
  readonly database: Database
  readonly files: FileStore
  readonly clock: Clock
  readonly log: Log
}

/** Deletes files that no message uses. */
export function startSweeping(deps: SweepDeps): AsyncDisposable {
  return startTurns((signal) => sweepOnce(deps, signal), {
    everyMs: TURN_EVERY_MS,
    log: deps.log,
    failure: 'Files that no message uses cannot be deleted yet: retrying.',
  })
}

/** One turn: exported for tests. */
export async function sweepOnce({ database, files, clock }: SweepDeps, signal?: AbortSignal): Promise<void> {
  const before = new Date(clock.now() - UNUSED_MS)
  while (!signal?.aborted) {
    // A send does not mark its files as used, so that it costs no more: the receipts say it.
    const { taken, seen } = await takeUnused(database, before, PER_BATCH)
    if (seen === 0) return
    // The rows come last: what is left after a crash is taken again.
    await files.remove(taken)
    await deleteMedia(database, taken)
  }
}
