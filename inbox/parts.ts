import type { FeedMessage, FeedPartMessage } from './protocol.ts'
import { comparePositions } from '../platform/eventlog/position.ts'

/** The first parts of an event, until all are there. */
interface Gathered {
  readonly message: FeedPartMessage
  readonly recipients: (readonly string[])[]
}

/**
 * Puts events together that came in parts. Returns the message that is complete now, or null. Each shard has at most one event
 * that is incomplete: parts come one after the other, so whatever else its consumer sends shows that a part was lost. Then the
 * event is dropped, and the shard's lane finds the hole.
 */
export function makeParts(): (message: FeedMessage | FeedPartMessage) => FeedMessage | null {
  const incomplete = new Map<number, Gathered>()

  return (message) => {
    const { shard, consumer } = message
    const before = incomplete.get(shard)
    if (message.type !== 'part') {
      if (before?.message.consumer === consumer) incomplete.delete(shard)
      return message
    }
    const { part, parts, position, previous, event } = message
    const follows =
      before?.message.consumer === consumer &&
      before.recipients.length === part - 1 &&
      before.message.parts === parts &&
      comparePositions(before.message.position, position) === 0
    incomplete.delete(shard)
    if (part > 1 && !follows) return null
    const recipients = part === 1 ? [] : (before?.recipients ?? [])
    recipients.push(message.recipients)
    if (event) return { type: 'event', consumer, shard, position, previous, recipients: recipients.flat(), ...event }
    incomplete.set(shard, { message, recipients })
    return null
  }
}
