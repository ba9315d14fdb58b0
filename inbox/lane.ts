import { pause } from '../platform/backoff.ts'
import type { EventLog, LoggedEvent } from '../platform/eventlog/eventlog.ts'
import type { Kinds, KnownEvent } from '../platform/eventlog/kinds.ts'
import { comparePositions, type Position } from '../platform/eventlog/position.ts'
import type { Log } from '../platform/log/log.ts'
import type { Database } from '../platform/sql/sql.ts'
import type { Frontier } from './frontier.ts'
import type { FeedMessage } from './protocol.ts'
import type { Reached } from './reached.ts'
import type { Streams } from './streams.ts'

/** Maximum events of one read of a shard. */
const PAGE = 200

/** Maximum feed messages that wait while the log is read. Beyond it they are dropped, and the log is read again. */
const MAX_WAITING = 1_000

/** The pause before a failed read is retried. */
const RETRY_MS = 200

export interface LaneDeps {
  readonly database: Database
  readonly eventLog: EventLog
  readonly kinds: Kinds
  readonly streams: Streams
  readonly frontier: Frontier
  readonly reached: Reached
  readonly log: Log
  /** Fires when the node closes: reads stop. */
  readonly signal: AbortSignal
  /** Called when an event was missed. Holds the lanes before it returns, reads the log, and releases them. */
  readonly onHole: () => void
}

/** The intake of one shard: takes its events in order, each once. */
export interface Lane {
  receive(message: FeedMessage): void
  /** Messages that are received from now on wait until `release`. */
  hold(): void
  release(): void
  /**
   * Offers everything from the frontier to the log's head. Must only be called while held. Retries until it succeeds
   * or the node closes.
   */
  readToHead(): Promise<void>
}

export function makeLane(shard: number, deps: LaneDeps): Lane {
  const { database, eventLog, kinds, streams, frontier, reached, log, signal } = deps
  let held = false
  let waiting: FeedMessage[] = []
  let dropped = false

  const isAhead = (position: Position) => comparePositions(position, frontier.at(shard)) > 0

  const offer = (position: Position, { kind, payload }: KnownEvent, userIds: readonly string[]) => {
    const moment = frontier.moment()
    const item = { cursor: moment.cursor(), event: { shard, position, kind, payload } }
    const offered = { shard, position, moment, item }
    for (const userId of userIds) {
      for (const stream of streams.of(userId)) {
        if (!kind.isFrom?.(payload, stream.viewer)) stream.offer(offered)
      }
    }
  }

  /** `userIds` is read after the page: a user who comes later reads a later head, and replays this page. */
  const offerPage = async (events: readonly LoggedEvent[]) => {
    const delivered = events.filter(({ kind }) => kinds.isDelivered(kind))
    const recipients = await kinds.recipients(database, delivered, streams.userIds())
    for (const [index, event] of delivered.entries()) {
      frontier.raise(shard, event.position)
      const known = kinds.read(event)
      if (known) offer(event.position, known, recipients[index] ?? [])
    }
  }

  const readOn = async () => {
    const head = await eventLog.head(database)
    while (isAhead(head) && !signal.aborted) {
      if (streams.size === 0) return frontier.raise(shard, head)
      const page = await eventLog.readShard(database, shard, frontier.at(shard), PAGE)
      await offerPage(page.events)
      frontier.raise(shard, page.upTo)
    }
  }

  /**
   * Whether the consumer sent an event, or found one sent by another consumer, that did not arrive here. A consumer
   * that has sent nothing does not know what others sent.
   */
  const isHole = (message: FeedMessage): boolean => {
    if (!isAhead(message.position)) return false
    const before = message.type === 'event' ? message.previous : message.last
    return !before || isAhead(before)
  }

  const take = (message: FeedMessage) => {
    const { position } = message
    if (isAhead(position)) {
      frontier.raise(shard, position)
      const known = message.type === 'event' ? kinds.read(message) : null
      if (message.type === 'event' && known) offer(position, known, message.recipients)
    }
    if (message.type === 'event') {
      const { consumer, recipients } = message
      const ask = reached.ask({ consumer, shard, position })
      for (const userId of recipients) for (const stream of streams.of(userId)) ask(stream)
    }
  }

  /** Takes messages until one shows a hole; that one and the rest wait. */
  const takeAll = (messages: readonly FeedMessage[]) => {
    for (const [index, message] of messages.entries()) {
      if (streams.size > 0 && isHole(message)) {
        waiting = messages.slice(index)
        deps.onHole()
        return
      }
      take(message)
    }
  }

  return {
    receive(message) {
      if (!held) return takeAll([message])
      if (waiting.length < MAX_WAITING) return void waiting.push(message)
      waiting = []
      dropped = true
    },

    hold() {
      held = true
    },

    release() {
      held = false
      if (dropped) {
        dropped = false
        return deps.onHole()
      }
      const [first, ...rest] = waiting
      waiting = []
      if (!first) return
      // The log was read to its head, so an event above that is in no log of this deployment.
      if (isHole(first) && streams.size > 0)
        log.warn('A consumer names an event that the log does not have.', { shard })
      else take(first)
      takeAll(rest)
    },

    async readToHead() {
      while (!signal.aborted) {
        try {
          return await readOn()
        } catch (error) {
          if (signal.aborted) return
          log.warn('A shard of the log could not be read: retrying.', { shard, error })
        }
        await pause(RETRY_MS, signal)
      }
    },
  }
}
