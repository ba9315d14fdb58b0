import { startTurns } from '../../../platform/turns.ts'
import { departErased } from '../members/leave.ts'
import type { ChangePorts } from '../ports.ts'
import { eraseRecords, findErasedStays, markErased } from './store.ts'

/** Interval of the search for deleted users. */
const TURN_EVERY_MS = 2_000
/** Stays that one statement finds; the search goes on until there are none. */
const PER_SEARCH = 100

/**
 * Lets deleted users leave their groups, as if they left themselves: with the event, the end of the stay, and a new
 * owner where they were one. It also finds a stay that a slow request began after the deletion.
 */
export function startErasing(ports: ChangePorts): AsyncDisposable {
  return startTurns((signal) => eraseOnce(ports, signal), {
    everyMs: TURN_EVERY_MS,
    log: ports.log,
    failure: 'Deleted users cannot leave their groups yet: retrying.',
  })
}

/** One turn: exported for tests. */
export async function eraseOnce(ports: ChangePorts, signal?: AbortSignal): Promise<void> {
  const failures: unknown[] = []
  for (let found = PER_SEARCH; found === PER_SEARCH && failures.length === 0;) {
    const stays = await findErasedStays(ports.database, PER_SEARCH)
    found = stays.length
    for (const { groupId, userId } of stays) {
      if (signal?.aborted) return
      // A group that is locked now keeps no other one waiting.
      await departErased(ports, userId, groupId).catch((error: unknown) => failures.push(error))
    }
  }
  await eraseRecords(ports.database)
  await markErased(ports.database, new Date(ports.clock.now()))
  if (failures.length > 0) throw new AggregateError(failures, 'Some deleted users could not leave a group.')
}
