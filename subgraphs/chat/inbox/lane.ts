import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { EventLog, LoggedEvent } from '../../../platform/eventlog/eventlog.ts'
import { comparePositions, type Position } from '../../../platform/eventlog/position.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import { MESSAGE_SENT, type MessageSent } from '../events.ts'
import { recipientsAmong } from '../store/participants.ts'
import type { FeedMessage } from './feed.ts'
import type { Frontier } from './frontier.ts'
import type { Reached } from './reached.ts'
import type { Streams } from './streams.ts'

/** Events of one read of a shard. */
const PAGE = 200

/** Feed messages that wait while a shard is read from the log. Beyond it they are dropped: the read then goes to the head. */
const MAX_WAITING = 1_000

/** The pause before a read that failed, or that found less than it looked for, is tried again. */
const RETRY_MS = 200

export interface LaneDeps {
  readonly database: Database
  readonly eventLog: EventLog
  readonly streams: Streams
  readonly frontier: Frontier
  readonly reached: Reached
  readonly clock: Clock
  readonly log: Log
  /** Fires when the node closes: reads are given up. */
  readonly signal: AbortSignal
}

/** One shard as the node takes it in: in order, each event once, holes filled from the log. */
export interface Lane {
  receive(message: FeedMessage): void
  /** Something may have been missed: reads on to the log's head, after what is under way. */
  doubt(): void
  /** Runs `work` alone, after what is under way; what is received meanwhile waits. */
  alone(work: () => Promise<void>): Promise<void>
  /** Offers everything up to the log's head. Only within `alone`. Gives up when the node closes, never before. */
  readToHead(): Promise<void>
  /** When the lane last moved, or heard that there is nothing to move for: Unix ms. */
  movedAt(): number
}

export function makeLane(shard: number, deps: LaneDeps): Lane {
  const { database, eventLog, streams, frontier, reached, clock, log, signal } = deps
  let waiting: FeedMessage[] = []
  let doubted = false
  let occupied = 0
  let tail = Promise.resolve()
  let movedAt = clock.now()

  const raise = (position: Position) => {
    movedAt = clock.now()
    frontier.raise(shard, position)
  }

  const offer = (position: Position, payload: MessageSent, userIds: readonly string[]) => {
    const offered = { shard, position, payload, moment: frontier.moment() }
    // A copy: a stream that is too slow leaves.
    for (const userId of userIds) for (const stream of [...streams.of(userId)]) stream.offer(offered)
  }

  /** Users are taken after the read: whoever comes later takes the head later still, and replays what was read here. */
  const offerPage = async (events: readonly LoggedEvent[]) => {
    const messages = events.filter((event) => event.kind === MESSAGE_SENT)
    const recipients = await recipientsAmong(database, messages, streams.userIds())
    for (const [index, { position, payload }] of messages.entries()) {
      raise(position)
      offer(position, payload as unknown as MessageSent, recipients[index] ?? [])
    }
  }

  const readUpTo = async (target: Position) => {
    while (comparePositions(frontier.at(shard), target) < 0 && !signal.aborted) {
      if (streams.size === 0) return raise(target)
      try {
        const page = await eventLog.readShard(database, shard, frontier.at(shard), PAGE)
        await offerPage(page.events)
        raise(page.upTo)
        if (page.full || comparePositions(page.upTo, target) >= 0) continue
        log.debug('The log does not show yet what was announced: reading again', { shard })
      } catch (error) {
        if (signal.aborted) return
        log.warn('A shard of the log could not be read: trying again', { shard, error })
      }
      await delay(RETRY_MS, undefined, { signal, ref: false }).catch(() => {}) // closing: the loop ends
    }
  }

  const ask = (message: FeedMessage & { type: 'event' }) => {
    const { consumer, position } = message
    for (const userId of message.recipients) {
      for (const stream of streams.of(userId)) reached.ask(stream, { consumer, shard, position })
    }
  }

  const settle = (message: FeedMessage) => {
    if (message.type === 'event') ask(message)
    else raise(message.position)
  }

  const isHole = (message: FeedMessage): boolean => {
    const here = frontier.at(shard)
    if (comparePositions(message.position, here) <= 0) return false
    // A consumer that has sent nothing cannot know what another one sent before, and was lost.
    const before = message.type === 'event' ? message.previous : message.last
    return !before || comparePositions(before, here) > 0
  }

  const take = (message: FeedMessage): void => {
    if (isHole(message)) {
      void alone(async () => {
        await readUpTo(message.position)
        if (!signal.aborted) settle(message)
      })
      return
    }
    if (message.type === 'event' && comparePositions(message.position, frontier.at(shard)) > 0) {
      raise(message.position)
      if (message.kind === MESSAGE_SENT) offer(message.position, message.payload as MessageSent, message.recipients)
    }
    settle(message)
  }

  const drain = () => {
    if (occupied > 0 || signal.aborted) return
    if (doubted) {
      doubted = false
      void alone(readToHead)
      return
    }
    const messages = waiting
    waiting = []
    for (const [index, message] of messages.entries()) {
      take(message)
      if (occupied > 0) {
        waiting = [...messages.slice(index + 1), ...waiting]
        return
      }
    }
  }

  const readToHead = async () => {
    while (!signal.aborted) {
      try {
        return await readUpTo(await eventLog.head(database))
      } catch (error) {
        log.warn('The head of the log could not be read: trying again', { shard, error })
        await delay(RETRY_MS, undefined, { signal, ref: false }).catch(() => {}) // closing: the loop ends
      }
    }
  }

  const alone = (work: () => Promise<void>): Promise<void> => {
    occupied++
    const result = tail.then(work)
    tail = result
      .catch(() => {}) // the caller has the error
      .then(() => {
        occupied--
        drain()
      })
    return result
  }

  return {
    receive(message) {
      if (occupied === 0) return take(message)
      if (waiting.length < MAX_WAITING) return void waiting.push(message)
      waiting = []
      doubted = true
    },
    doubt() {
      if (occupied > 0) doubted = true
      else void alone(readToHead)
    },
    alone,
    readToHead,
    movedAt: () => movedAt,
  }
}
