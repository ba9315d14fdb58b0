import { setMaxListeners } from 'node:events'
import type { EventLog } from '../platform/eventlog/eventlog.ts'
import { comparePositions, formatPosition, type Position } from '../platform/eventlog/position.ts'
import type { Delivery } from '../platform/queue/queue.ts'
import type { Bus } from '../platform/bus/bus.ts'
import { withDeadline } from '../platform/sql/sql.ts'
import { makeDeliverer, type DeliverDeps } from './deliver.ts'
import { makeFeed, type Feed } from './online.ts'
import { claimPosition, makePositionSaver, readPosition, type PositionSaver } from './positions.ts'
import { decodeNotification } from '../inbox/protocol.ts'
import { NOTIFY_QUEUE, PUSH_QUEUE, PUSH_SHARDS } from './queues.ts'
import { RELAY } from './relay.ts'
import { retryForever, Stopped } from './retry.ts'
import { makeWaker } from './waker.ts'
import { makeWindow, type Window } from './window.ts'

/** The lease of a shard, and the name of its durable position. */
export const shardName = (shard: number): string => `shard-${shard}`

/**
 * Events of one shard that are taken and not done. Stops a backlog, or a node that lets everybody wait, from filling
 * memory; at the limit the shard takes no more until its oldest event is done.
 */
const MAX_IN_FLIGHT = 256
/** Events whose recipients are looked up at once: the batches grow with the load. */
const BATCH = 64

export interface ConsumerDeps extends DeliverDeps {
  readonly eventLog: EventLog
  readonly bus: Bus
  /** This process's id on the bus. */
  readonly consumer: string
  /** For reading the log and keeping the position. */
  readonly readerDeadlineMs: number
}

export interface ConsumerOptions {
  readonly shard: number
  readonly term: string
  /** How long disposing waits for the answers and pushes that are under way; the rest is left for the next holder. */
  readonly drainMs: number
  /** Called when a later term consumes the shard. */
  readonly lost: () => void
}

export interface Consumer extends AsyncDisposable {
  /** About once a second: the nodes there are (null: unknown), and how far the relay has published (null: unknown). */
  tick(nodes: readonly string[] | null, relayed: Position | null): void
}

/**
 * Delivers one shard in order. Its durable position is the only truth of what is done: the queue is the quick way in which
 * events come, and where a message says that some did not come, or none come at all, they are read from the log, never
 * beyond what the relay has published.
 */
export function startConsumer(deps: ConsumerDeps, options: ConsumerOptions): Consumer {
  const { eventLog, queue, bus, consumer, meter } = deps
  const database = withDeadline(deps.database, deps.readerDeadlineMs)
  const { shard, term, drainMs, lost } = options
  const name = shardName(shard)
  const log = deps.log.with({ reader: name })
  /** Takes no more. */
  const stopping = new AbortController()
  /** Gives up what is under way. */
  const giving = new AbortController()
  for (const { signal } of [stopping, giving]) setMaxListeners(0, signal)
  const reading = { signal: stopping.signal, log }

  /** What the queue brought and nobody looked at yet: at most the prefetch. */
  const inbox: Delivery[] = []
  const bell = makeWaker()
  const roomBell = makeWaker()
  const workBell = makeWaker()
  const doneBell = makeWaker()
  let state: { readonly feed: Feed; readonly window: Window; readonly saver: PositionSaver } | null = null
  let arrivals = 0
  let arrivalsAtTick = 0
  /** Nothing comes from the queue, and the relay is further: read the log up to here. */
  let catchUpTo: Position | null = null

  const take = async (window: Window, entry: Parameters<Window['take']>[0]) => {
    while (!window.hasRoom && !stopping.signal.aborted) await roomBell.wait()
    if (stopping.signal.aborted) throw new Stopped('Stopped while it waited for room.')
    window.take(entry)
    workBell.wake()
  }

  /** Takes every event of the log up to `to`. */
  const readLog = async (window: Window, to: Position) => {
    let events = 0
    while (comparePositions(window.taken, to) < 0) {
      const page = await retryForever(
        'read the log',
        () => eventLog.readShard(database, shard, window.taken, MAX_IN_FLIGHT),
        reading,
      )
      const wanted = page.events.filter(({ position }) => comparePositions(position, to) <= 0)
      for (const event of wanted) await take(window, { position: event.position, event, ack: () => {} })
      events += wanted.length
      if (!page.full || wanted.length < page.events.length) break
    }
    // Nothing else stands before `to`: whoever named it has read the log up to there.
    if (comparePositions(window.taken, to) < 0) await take(window, { position: to, event: null, ack: () => {} })
    return events
  }

  const accept = async (window: Window, delivery: Delivery) => {
    const notification = decodeNotification(delivery.body)
    if (!notification || notification.event.shard !== shard) {
      log.error('A message of the queue makes no sense: it is dropped, and its event is read from the log')
      delivery.ack()
      return
    }
    const { event, previous } = notification
    if (comparePositions(event.position, window.taken) <= 0) {
      meter.duplicateDropped()
      delivery.ack()
      return
    }
    if (!previous || comparePositions(previous, window.taken) > 0) {
      // The event itself comes along: by then it is in the log for everybody.
      const events = await readLog(window, event.position)
      log.info('Read from the log what the queue did not bring', { events })
      meter.holeFilled(events)
      delivery.ack()
      return
    }
    await take(window, { position: event.position, event, ack: () => delivery.ack() })
  }

  const intake = async (window: Window) => {
    const relayed = await retryForever('read the relay position', () => readPosition(database, RELAY), reading)
    if (relayed) await readLog(window, relayed)
    await retryForever('declare the queues', declare, reading)
    await using _consuming = await retryForever('consume from the queue', () => consume(), reading)
    while (!stopping.signal.aborted) {
      const delivery = inbox.shift()
      const to = catchUpTo
      if (delivery) {
        await accept(window, delivery)
      } else if (to) {
        catchUpTo = null
        const events = await readLog(window, to)
        if (events > 0) {
          log.info('Read from the log what the queue did not bring', { events })
          meter.holeFilled(events)
        }
      } else {
        await bell.wait()
      }
    }
  }

  const declare = async () => {
    await queue.declare(NOTIFY_QUEUE, eventLog.shards)
    await queue.declare(PUSH_QUEUE, PUSH_SHARDS)
  }

  const consume = () =>
    queue.consume(NOTIFY_QUEUE, shard, { prefetch: MAX_IN_FLIGHT }, (delivery) => {
      arrivals += 1
      inbox.push(delivery)
      bell.wake()
    })

  const work = async (window: Window, feed: Feed) => {
    const deliverer = makeDeliverer(
      { ...deps, log },
      feed,
      {
        finish(entry) {
          window.finish(entry)
          roomBell.wake()
          doneBell.wake()
        },
        release(entry) {
          const done = window.release(entry)
          roomBell.wake()
          return done
        },
      },
      { signal: giving.signal, log },
    )
    while (!stopping.signal.aborted) {
      const entries = window.next(BATCH)
      if (entries.length > 0) await deliverer.deliver(entries)
      else await workBell.wait()
    }
  }

  const run = async () => {
    const from = await retryForever('claim the position', () => claimPosition(database, name, term), reading)
    if (!from) return lost()
    const saver = makePositionSaver(name, term, { sql: database, log, onFenced: lost })
    const window = makeWindow(from, MAX_IN_FLIGHT, (position, events) => saver.moved(position, events))
    const feed = makeFeed(bus, consumer, shard, from, () => deps.outage.failed())
    state = { feed, window, saver }
    log.debug('The shard is consumed here', { position: formatPosition(from) })
    await Promise.all([ended(intake(window)), ended(work(window, feed))])
  }

  const ended = async (loop: Promise<void>) => {
    try {
      await loop
    } catch (error) {
      if (error instanceof Stopped) return
      log.error('Consuming a shard failed: its lease is given up', { error })
      lost()
    }
  }
  const running = ended(run())

  const drained = async (window: Window) => {
    const end = performance.now() + drainMs
    // Only what was sent is waited for: nobody works on the rest any more.
    while (window.working > 0 && performance.now() < end) await doneBell.wait(Math.max(1, end - performance.now()))
  }

  let closing: Promise<void> | undefined
  const close = async () => {
    stopping.abort()
    for (const waker of [bell, roomBell, workBell]) waker.wake()
    if (state) await drained(state.window)
    giving.abort()
    await running
    await state?.saver[Symbol.asyncDispose]()
  }

  return {
    tick(nodes, relayed) {
      if (!state || stopping.signal.aborted) return
      if (nodes) state.feed.heartbeat(nodes)
      const idle = arrivals === arrivalsAtTick && inbox.length === 0
      arrivalsAtTick = arrivals
      if (!idle || !relayed || comparePositions(relayed, state.window.taken) <= 0) return
      catchUpTo = relayed
      bell.wake()
    },
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}
