import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import { makeKinds, type EventKind, type Kinds } from '../platform/eventlog/kinds.ts'
import { kinds as chat } from '../subgraphs/chat/events.ts'
import { kinds as groups } from '../subgraphs/groups/events.ts'
import { kinds as users } from '../subgraphs/users/events.ts'

/** Every kind of event that this version knows. */
export const kinds: Kinds = makeKinds([...users, ...chat, ...groups])

type Finisher = (events: readonly LoggedEvent[]) => Promise<void>

/** For the relay: passes each event to the write that its kind names, if any, and resolves when all are finished. */
export function makeFinishWrites(
  { find }: Pick<Kinds, 'find'>,
  finishers: Readonly<Record<NonNullable<EventKind['finishedBy']>, Finisher>>,
): Finisher {
  return async (events) => {
    for (const name of Object.keys(finishers) as (keyof typeof finishers)[]) {
      const own = events.filter(({ kind }) => find(kind)?.finishedBy === name)
      if (own.length > 0) await finishers[name](own)
    }
  }
}
