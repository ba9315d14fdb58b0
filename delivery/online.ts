import { MAX_TEXT_BYTES, type Bus } from '../platform/bus/bus.ts'
import { nodeChannel, type FeedEvent, type FeedHeartbeat } from '../inbox/protocol.ts'
import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import { formatPosition, laterPosition, type Position } from '../platform/eventlog/position.ts'

/** What one consumer of a shard sends to the nodes. Publishing is in order; what is lost shows by `previous` and `last`. */
export interface Feed {
  /**
   * Sends the event once to each node, with its recipients there. Resolves to the nodes that cannot have got it: nobody
   * listens, the bus is away, or the event with so many recipients is too large for it.
   */
  send(event: LoggedEvent, recipientsByNode: ReadonlyMap<string, readonly string[]>): Promise<string[]>
  /** Sends one once more, after an outage, to nodes that may have got it: they answer for whoever was reached. */
  sendAgain(event: LoggedEvent, recipientsByNode: ReadonlyMap<string, readonly string[]>): Promise<string[]>
  /** Everything at or below it was decided: what concerned a node was sent to it. */
  decided(position: Position): void
  /** The event may concern any node and was sent to none: each node reads the log up to this position. */
  readFromLog(position: Position): void
  /** To every node there is, also when nothing happens. */
  heartbeat(nodes: readonly string[]): void
}

/** `consumer` is where answers go; `from` is where the shard's consumer begins. */
export function makeFeed(bus: Bus, consumer: string, shard: number, from: Position, onFailure = () => {}): Feed {
  /** Per node, what was last sent to it. Nodes come from presence; those that left it are forgotten with a heartbeat. */
  const sent = new Map<string, Position>()
  let decidedUpTo = from
  let readUpTo = from

  /**
   * What a node must have seen. One that is met for the first time (by this consumer: another may have sent it something
   * before that got lost) must have everything that was decided up to now.
   */
  const lastOf = (nodeId: string): Position => {
    const last = laterPosition(sent.get(nodeId) ?? decidedUpTo, readUpTo)
    sent.set(nodeId, last)
    return last
  }

  /** The publish itself happens within the call, so calls keep their order. */
  const publish = async (nodeId: string, text: string): Promise<boolean> => {
    try {
      return (await bus.publish(nodeChannel(nodeId), text)) > 0
    } catch {
      onFailure()
      return false // away: the node sees the hole when it is back, and its devices get a push meanwhile
    }
  }

  /** `previousOf` is called within the call, in order. */
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
      const head: Omit<FeedEvent, 'event'> = { type: 'event', consumer, shard, position, previous, recipients }
      const text = `${JSON.stringify(head).slice(0, -1)},"event":${eventText}}`
      const there = Buffer.byteLength(text) <= MAX_TEXT_BYTES && (await publish(nodeId, text))
      return there ? [] : [nodeId]
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

    // A node that did not get it finds it in the log: it must have come before itself.
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
