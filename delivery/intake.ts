import type { EventLog } from '../platform/eventlog/eventlog.ts'
import { comparePositions, type Position } from '../platform/eventlog/position.ts'
import type { Log } from '../platform/log/log.ts'
import type { Delivery, Queue } from '../platform/queue/queue.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { decodeNotification } from '../inbox/protocol.ts'
import type { Meter } from './meter.ts'
import { readPosition } from './positions.ts'
import { NOTIFY_QUEUE, PUSH_QUEUE, PUSH_SHARDS } from './queues.ts'
import { RELAY } from './relay.ts'
import { retryForever, Stopped } from './retry.ts'
import { makeWaker } from './waker.ts'
import type { Entry, Window } from './window.ts'

export interface IntakeDeps {
  readonly database: Sql
  readonly eventLog: EventLog
  readonly queue: Queue
  readonly meter: Pick<Meter, 'holeFilled' | 'duplicateDropped' | 'passed'>
  readonly log: Log
}

export interface IntakeOptions {
  readonly shard: number
  /** Maximum unacknowledged events from the queue, and events of a page of the log. */
  readonly prefetch: number
  /** Once it is aborted, the intake takes no more; call `wake` then. */
  readonly signal: AbortSignal
  /** Called for each error that is retried. */
  readonly onFailure: () => void
  /** Called after each event that the window took. */
  readonly onTaken: () => void
}

export interface Intake {
  /** Puts every event of the shard into the window, in order and once, until the signal is aborted. */
  run(window: Window): Promise<void>
  /** The window has room again, or the signal was aborted. */
  wake(): void
  /**
   * Called about once a second with the relay's position. If the queue brought nothing since the last call, the log is
   * read up to it.
   */
  tick(window: Window, relayed: Position | null): void
}

/**
 * Takes the events of one shard from the queue. If a message shows that some did not come, or none come at all, it
 * reads them from the log, but never beyond the relay's position.
 */
export function makeIntake(deps: IntakeDeps, { shard, prefetch, signal, onFailure, onTaken }: IntakeOptions): Intake {
  const { database, eventLog, queue, meter, log } = deps
  const reading = { signal, log, onFailure }
  /** Messages from the queue that wait to be handled: at most the prefetch. */
  const arrived: Delivery[] = []
  const arrival = makeWaker()
  const room = makeWaker()
  let arrivals = 0
  let arrivalsAtTick = 0
  /** Set if nothing comes from the queue although the relay is further: the log must be read up to here. */
  let catchUpTo: Position | null = null

  const take = async (window: Window, entry: Omit<Entry, 'takenAt'>) => {
    while (!window.hasRoom && !signal.aborted) await room.wait()
    if (signal.aborted) throw new Stopped('Stopped while it waited for room.')
    window.take({ ...entry, takenAt: performance.now() })
    onTaken()
  }

  /** Takes every event of the log up to `to`. */
  const readLog = async (window: Window, to: Position) => {
    let events = 0
    while (comparePositions(window.taken, to) < 0) {
      const page = await retryForever(
        'read the log',
        () => eventLog.readShard(database, shard, window.taken, prefetch),
        reading,
      )
      const wanted = page.events.filter(({ position }) => comparePositions(position, to) <= 0)
      for (const event of wanted) await take(window, { position: event.position, event, ack: () => {} })
      events += wanted.length
      if (!page.full || wanted.length < page.events.length) break
    }
    // No other event is before `to`: its sender has read the log up to there.
    if (comparePositions(window.taken, to) < 0) await take(window, { position: to, event: null, ack: () => {} })
    return events
  }

  const accept = async (window: Window, delivery: Delivery) => {
    const notification = decodeNotification(delivery.body)
    if (!notification || notification.event.shard !== shard) {
      log.error('A message of the queue is invalid: it is dropped, and its event is read from the log.')
      delivery.ack()
      return
    }
    const { event, previous, relayedAt } = notification
    if (comparePositions(event.position, window.taken) <= 0) {
      meter.duplicateDropped()
      delivery.ack()
      return
    }
    if (!previous || comparePositions(previous, window.taken) > 0) {
      // The event itself is read too: by now everybody can see it in the log.
      const events = await readLog(window, event.position)
      log.info('Read events from the log that the queue did not bring.', { events })
      meter.holeFilled(events)
      delivery.ack()
      return
    }
    if (relayedAt !== null) meter.passed('relay_to_consumer', Date.now() - relayedAt)
    await take(window, { position: event.position, event, ack: () => delivery.ack() })
  }

  const run = async (window: Window) => {
    const relayed = await retryForever('read the relay position', () => readPosition(database, RELAY), reading)
    if (relayed) await readLog(window, relayed)
    await retryForever('declare the queues', declare, reading)
    await using _consuming = await retryForever('consume from the queue', () => consume(), reading)
    while (!signal.aborted) {
      const delivery = arrived.shift()
      const to = catchUpTo
      if (delivery) {
        await accept(window, delivery)
      } else if (to) {
        catchUpTo = null
        const events = await readLog(window, to)
        if (events > 0) {
          log.info('Read events from the log that the queue did not bring.', { events })
          meter.holeFilled(events)
        }
      } else {
        await arrival.wait()
      }
    }
  }

  const declare = async () => {
    await queue.declare(NOTIFY_QUEUE, eventLog.shards)
    await queue.declare(PUSH_QUEUE, PUSH_SHARDS)
  }

  const consume = () =>
    queue.consume(NOTIFY_QUEUE, shard, { prefetch }, (delivery) => {
      arrivals += 1
      arrived.push(delivery)
      arrival.wake()
    })

  return {
    run,
    wake() {
      arrival.wake()
      room.wake()
    },
    tick(window, relayed) {
      const idle = arrivals === arrivalsAtTick && arrived.length === 0
      arrivalsAtTick = arrivals
      if (!idle || !relayed || comparePositions(relayed, window.taken) <= 0) return
      catchUpTo = relayed
      arrival.wake()
    },
  }
}
