import { MAX_TEXT_BYTES, type Bus } from '../platform/bus/bus.ts'
import { MAX_PARTS, nodeChannel, type FeedEvent, type FeedHeartbeat, type FeedPart } from '../inbox/protocol.ts'
import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import { formatPosition, laterPosition, type Position } from '../platform/eventlog/position.ts'

/**
 * The messages of one shard's consumer to the nodes, published in order. A node notices a lost one, because each names
 * the position that the node must have already (`previous`, `last`).
 */
export interface Feed {
  /**
   * Sends the event once to each node, with its recipients there, in parts if they are many. Resolves to the nodes that
   * cannot have got all of it, because nobody listens, the bus is down, or the event alone is too large for the bus.
   */
  send(event: LoggedEvent, recipientsByNode: ReadonlyMap<string, readonly string[]>): Promise<string[]>
  /**
   * Sends an event again after an outage, to nodes that may already have it: they answer for all devices that were
   * reached.
   */
  sendAgain(event: LoggedEvent, recipientsByNode: ReadonlyMap<string, readonly string[]>): Promise<string[]>
  /** Everything at or below `position` was decided, and sent to the nodes that it concerned. */
  decided(position: Position): void
  /** The event may concern any node and was sent to none: each node must read the log up to this position. */
  readFromLog(position: Position): void
  /** Sent to every node, even if nothing happens. */
  heartbeat(nodes: readonly string[]): void
}

/** Room in a message for all but the event and the recipients. */
const PART_HEAD_BYTES = 1_024

/**
 * `consumer` is the id to which nodes send their answers; `from` is the position at which the shard's consumer begins.
 */
export function makeFeed(bus: Bus, consumer: string, shard: number, from: Position, onFailure = () => {}): Feed {
  /** The last position sent to each node. The nodes come from presence; a heartbeat removes those that have left it. */
  const sent = new Map<string, Position>()
  let decidedUpTo = from
  let readUpTo = from

  /**
   * The position that a node must have. A node that this consumer meets for the first time must have everything
   * decided so far: another consumer may have sent it events that were lost.
   */
  const lastOf = (nodeId: string): Position => {
    const last = laterPosition(sent.get(nodeId) ?? decidedUpTo, readUpTo)
    sent.set(nodeId, last)
    return last
  }

  /** Starts publishing before it returns, so that messages keep the order of the calls. */
  const publish = async (nodeId: string, text: string): Promise<boolean> => {
    try {
      return (await bus.publish(nodeChannel(nodeId), text)) > 0
    } catch {
      // When the bus is back, the node notices that it missed this event and reads the log. Until then its devices get
      // pushes.
      onFailure()
      return false
    }
  }

  /** Calls `previousOf` before it returns, so that the order of the calls counts. */
  const sendAfter = async (
    event: LoggedEvent,
    recipientsByNode: ReadonlyMap<string, readonly string[]>,
    previousOf: (nodeId: string) => Position,
  ) => {
    const { kind, key, payload } = event
    const position = formatPosition(event.position)
    const eventText = JSON.stringify({ kind, key, at: event.at.toISOString(), payload } satisfies FeedEvent['event'])
    const outcomes = [...recipientsByNode].map(async ([nodeId, recipients]) => {
      const previous = formatPosition(previousOf(nodeId))
      const texts = feedTexts({ consumer, shard, position, previous, recipients }, eventText)
      // All are published before the first answer, so that nothing of this shard comes between the parts.
      const there = await Promise.all(texts.map((text) => publish(nodeId, text)))
      return there.length > 0 && there.every((one) => one) ? [] : [nodeId]
    })
    return (await Promise.all(outcomes)).flat()
  }

  return {
    send: (event, recipientsByNode) =>
      sendAfter(event, recipientsByNode, (nodeId) => {
        const last = lastOf(nodeId)
        sent.set(nodeId, event.position)
        return last
      }),

    // A node that does not have it must read the log, so the event names itself as its previous one.
    sendAgain: (event, recipientsByNode) => sendAfter(event, recipientsByNode, () => event.position),

    decided(position) {
      decidedUpTo = laterPosition(decidedUpTo, position)
    },

    readFromLog(position) {
      readUpTo = laterPosition(readUpTo, position)
    },

    heartbeat(nodes) {
      const present = new Set(nodes)
      for (const nodeId of sent.keys()) if (!present.has(nodeId)) sent.delete(nodeId)
      const position = formatPosition(decidedUpTo)
      for (const nodeId of nodes) {
        const last = formatPosition(lastOf(nodeId))
        void publish(
          nodeId,
          JSON.stringify({ type: 'heartbeat', consumer, shard, position, last } satisfies FeedHeartbeat),
        )
      }
    },
  }
}

/** The messages that bring one event to a node. None if it is too large, even in parts. */
function feedTexts(head: Omit<FeedEvent, 'type' | 'event'>, eventText: string): string[] {
  const whole: Omit<FeedEvent, 'event'> = { type: 'event', ...head }
  const withEvent = (message: object) => `${JSON.stringify(message).slice(0, -1)},"event":${eventText}}`
  const { recipients } = head
  const fits = (text: string) => Buffer.byteLength(text) <= MAX_TEXT_BYTES
  const text = withEvent(whole)
  if (fits(text)) return [text]
  const longest = recipients.reduce((most, { length }) => Math.max(most, length), 0)
  // Each id stands in quotes and before a comma.
  const most = Math.floor((MAX_TEXT_BYTES - PART_HEAD_BYTES - Buffer.byteLength(eventText)) / (longest + 3))
  if (most < 1) return []
  const parts = Math.ceil(recipients.length / most)
  if (parts > MAX_PARTS) return []
  const texts = Array.from({ length: parts }, (_, at) => {
    const part: FeedPart = {
      type: 'part',
      ...head,
      recipients: recipients.slice(at * most, (at + 1) * most),
      part: at + 1,
      parts,
    }
    return at + 1 < parts ? JSON.stringify(part) : withEvent(part)
  })
  return texts.every(fits) ? texts : []
}
