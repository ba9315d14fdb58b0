import { setMaxListeners } from 'node:events'
import type { EventLog } from '../platform/eventlog/eventlog.ts'
import { formatPosition, type Position } from '../platform/eventlog/position.ts'
import type { Bus } from '../platform/bus/bus.ts'
import { withDeadline } from '../platform/sql/sql.ts'
import { makeDeliverer, type DeliverDeps } from './deliver.ts'
import { makeFeed, type Feed } from './online.ts'
import { claimPosition, makePositionSaver, type PositionSaver, type SavePosition } from './positions.ts'
import { makeIntake } from './intake.ts'
import { retryForever, Stopped } from './retry.ts'
import { makeWaker } from './waker.ts'
import { makeWindow, type Window } from './window.ts'

/** The name of a shard's lease and of its durable position. */
export const shardName = (shard: number): string => `shard-${shard}`

/**
 * Maximum events of one shard that are taken and not done. It stops a backlog, or a slow node, from filling memory: at
 * the limit the shard takes no more until its oldest event is done.
 */
const MAX_IN_FLIGHT = 256
/** Maximum events whose recipients are looked up together: the batches grow with the load. */
const BATCH = 64

export interface ConsumerDeps extends DeliverDeps {
  readonly eventLog: EventLog
  readonly bus: Bus
  /** This process's id on the bus. */
  readonly consumer: string
  readonly save: SavePosition
  /** The deadline for reading the log and saving the position. */
  readonly readerDeadlineMs: number
}

export interface ConsumerOptions {
  readonly shard: number
  readonly term: string
  /** How long disposing waits for answers and pushes that are in progress; the rest is left to the next holder. */
  readonly drainMs: number
  /** Called if a later term consumes the shard. */
  readonly lost: () => void
}

export interface Consumer extends AsyncDisposable {
  /**
   * Called about once a second with the existing nodes (null if unknown), and the position up to which the relay has
   * published (null if unknown).
   */
  tick(nodes: readonly string[] | null, relayed: Position | null): void
}

/**
 * Delivers one shard in order. Only its durable position says which events are done. The queue is the fast path for
 * events. If a message shows that some did not come, or none come at all, they are read from the log, but never beyond
 * the relay's position.
 */
export function startConsumer(deps: ConsumerDeps, options: ConsumerOptions): Consumer {
  const { eventLog, queue, bus, consumer, meter } = deps
  const database = withDeadline(deps.database, deps.readerDeadlineMs)
  const { shard, term, drainMs, lost } = options
  const name = shardName(shard)
  const log = deps.log.with({ reader: name })
  /** Stops taking events. */
  const stopping = new AbortController()
  /** Stops the work on events that are in progress. */
  const giving = new AbortController()
  for (const { signal } of [stopping, giving]) setMaxListeners(0, signal)
  /** Called when any service fails. Devices that would get a push because of it are checked again first (outage.ts). */
  const onFailure = () => deps.outage.failed()
  const reading = { signal: stopping.signal, log, onFailure }

  const workWaker = makeWaker()
  const doneWaker = makeWaker()
  let state: { readonly feed: Feed; readonly window: Window; readonly saver: PositionSaver } | null = null
  const intake = makeIntake(
    { database, eventLog, queue, meter, log },
    { shard, prefetch: MAX_IN_FLIGHT, signal: stopping.signal, onFailure, onTaken: () => workWaker.wake() },
  )

  const work = async (window: Window, feed: Feed) => {
    const deliverer = makeDeliverer(
      { ...deps, log },
      feed,
      {
        finish(entry) {
          window.finish(entry)
          intake.wake()
          doneWaker.wake()
        },
        release(entry) {
          const done = window.release(entry)
          intake.wake()
          return done
        },
      },
      { signal: giving.signal, log, onFailure },
    )
    while (!stopping.signal.aborted) {
      const entries = window.next(BATCH)
      if (entries.length > 0) await deliverer.deliver(entries)
      else await workWaker.wait()
    }
  }

  const run = async () => {
    const from = await retryForever('claim the position', () => claimPosition(database, name, term), reading)
    if (!from) return lost()
    const saver = makePositionSaver(name, term, { save: deps.save, log, onFenced: lost })
    const window = makeWindow(from, MAX_IN_FLIGHT, (position, events) => saver.moved(position, events))
    const feed = makeFeed(bus, consumer, shard, from, () => deps.outage.failed())
    state = { feed, window, saver }
    log.debug('This process consumes the shard.', { position: formatPosition(from) })
    await Promise.all([ended(intake.run(window)), ended(work(window, feed))])
  }

  const ended = async (loop: Promise<void>) => {
    try {
      await loop
    } catch (error) {
      if (error instanceof Stopped) return
      log.error('Consuming a shard failed: its lease is given up.', { error })
      lost()
    }
  }
  const running = ended(run())

  const drained = async (window: Window) => {
    const end = performance.now() + drainMs
    // Only entries that were sent are waited for: nobody works on the rest.
    while (window.working > 0 && performance.now() < end) await doneWaker.wait(Math.max(1, end - performance.now()))
  }

  let closing: Promise<void> | undefined
  const close = async () => {
    stopping.abort()
    intake.wake()
    workWaker.wake()
    if (state) await drained(state.window)
    giving.abort()
    await running
    await state?.saver[Symbol.asyncDispose]()
  }

  return {
    tick(nodes, relayed) {
      if (!state || stopping.signal.aborted) return
      if (nodes) state.feed.heartbeat(nodes)
      intake.tick(state.window, relayed)
    },
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}
