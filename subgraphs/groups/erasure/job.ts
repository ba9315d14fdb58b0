import { startTurns } from '../../../platform/turns.ts'
import { PublicError } from '../../errors.ts'
import { removeMember } from '../members/membership.ts'
import type { MembershipPorts } from '../members/ports.ts'
import { findErasedStays, markErased } from './store.ts'

/** Interval of the search for deleted users. */
const TURN_EVERY_MS = 2_000
/** Stays that one statement finds; the search goes on until there are none. */
const PER_SEARCH = 100

/**
 * Lets deleted users leave their groups, as if they left themselves: with the event, the end of the stay, and a new
 * owner where they were one. It also finds a stay that a slow request began after the deletion.
 */
export function startErasing(ports: MembershipPorts): AsyncDisposable {
  return startTurns((signal) => eraseOnce(ports, signal), {
    everyMs: TURN_EVERY_MS,
    log: ports.log,
    failure: 'Deleted users cannot leave their groups yet: retrying.',
  })
}

/** One turn: exported for tests. */
export async function eraseOnce(ports: MembershipPorts, signal?: AbortSignal): Promise<void> {
  const failures: unknown[] = []
  for (let found = PER_SEARCH; found === PER_SEARCH && failures.length === 0;) {
    const stays = await findErasedStays(ports.database, PER_SEARCH)
    found = stays.length
    for (const { groupId, userId } of stays) {
      if (signal?.aborted) return
      // A group that is locked now keeps no other one waiting.
      await removeMember(ports, userId, groupId, userId).catch((error: unknown) => {
        if (!isGone(error)) failures.push(error)
      })
    }
  }
  await markErased(ports.database, new Date(ports.clock.now()))
  if (failures.length > 0) throw new AggregateError(failures, 'Some deleted users could not leave a group.')
}

/** Another process of this role was first. */
const isGone = (error: unknown): boolean => error instanceof PublicError && error.extensions.code === 'NOT_FOUND'
