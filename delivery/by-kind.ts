import type { EventKind, PushRule } from '../platform/eventlog/kinds.ts'
import { gather, type Read } from '../platform/gather.ts'

type Ask<Question> = (push: PushRule<unknown>) => Read<Question, string | null> | null

/**
 * Asks the push rules of kinds, each about its own events, by a function that `ask` finds in the rule. Concurrent questions
 * of one kind share its statement. Null for a kind whose rule has no such function.
 */
export function gatherByKind<Question>(ask: Ask<Question>): (kind: EventKind) => Read<Question, string | null> | null {
  const reads = new Map<EventKind, Read<Question, string | null> | null>()
  return (kind) => {
    const known = reads.get(kind)
    if (known !== undefined) return known
    const find = kind.push ? ask(kind.push) : null
    const read = find && gather(find)
    reads.set(kind, read)
    return read
  }
}
