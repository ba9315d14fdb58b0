import { setMaxListeners } from 'node:events'
import type { Bus } from '../platform/bus/bus.ts'
import type { EventLog, LoggedEvent } from '../platform/eventlog/eventlog.ts'
import { formatPosition, comparePositions, type Position } from '../platform/eventlog/position.ts'
import type { Log } from '../platform/log/log.ts'
import type { Queue } from '../platform/queue/queue.ts'
import type { Database } from '../platform/sql/sql.ts'
import { encodeNotification } from '../inbox/protocol.ts'
import { watchHoldUps } from './hold-ups.ts'
import { APPENDED_CHANNEL } from '../platform/eventlog/appended.ts'
import { listenLastingly } from './listen.ts'
import type { Meter } from './meter.ts'
import { claimPosition, makePositionSaver, type SavePosition } from './positions.ts'
import { NOTIFY_QUEUE } from './queues.ts'
import { retryForever, Stopped } from './retry.ts'
import { makeWaker } from './waker.ts'

/** The name of the relay's lease and of its durable position. */
export const RELAY = 'relay'

/** Maximum events that are read and published together. It bounds the memory, and how many a crash publishes twice. */
const PAGE = 500
/** The pause before the next read after an append: the horizon hides a new event while an older transaction runs. */
const SOON_MS = 5
/** The pause between reads while nothing is announced: the delay if an announcement is lost. */
const IDLE_MS = 500

export interface RelayDeps {
  readonly database: Database
  readonly eventLog: EventLog
  readonly queue: Queue
  readonly bus: Bus
  readonly save: SavePosition
  /** Writes the messages of these events to the message store. Idempotent; rejects while the store is down. */
  readonly finishWrites: (events: readonly LoggedEvent[]) => Promise<void>
  readonly log: Log
  readonly meter: Meter
  /** Called for each error that is retried: what waits meanwhile is delivered all at once. */
  readonly onFailure?: () => void
}

/**
 * Publishes the event log to the queue, in order, each event when its message is in the store. Its durable position
 * never passes an event that the broker has not confirmed: after a failed confirm or a crash, the relay continues at
 * the first unconfirmed event, and consumers drop repetitions. Nothing is skipped: while a store or the broker is
 * down, the relay waits. `lost` is called if a later term relays.
 */
export function startRelay(deps: RelayDeps, term: string, lost: () => void): AsyncDisposable {
  const { database, eventLog, queue, bus, finishWrites, meter, onFailure } = deps
  const log = deps.log.with({ reader: RELAY })
  const stopping = new AbortController()
  const { signal } = stopping
  setMaxListeners(0, signal)
  const waker = makeWaker()
  /**
   * Whether somebody appended since the log was last read. An event that the read does not show is still hidden by the
   * horizon.
   */
  let hinted = false
  const hints = listenLastingly(
    bus,
    APPENDED_CHANNEL,
    () => {
      hinted = true
      waker.wake()
    },
    log,
  )
  const retrying = { signal, log, ...(onFailure && { onFailure }) }

  const publish = async (bodies: readonly { shard: number; body: string }[]) => {
    let first = 0
    await retryForever(
      'publish to the queue',
      async () => {
        const outcomes = await Promise.allSettled(
          bodies.slice(first).map(async ({ shard, body }) => queue.publish(NOTIFY_QUEUE, shard, body)),
        )
        const failed = outcomes.findIndex(({ status }) => status === 'rejected')
        if (failed < 0) return
        first += failed
        throw (outcomes[failed] as PromiseRejectedResult).reason
      },
      retrying,
    )
  }

  const run = async () => {
    await retryForever('declare the queue', () => queue.declare(NOTIFY_QUEUE, eventLog.shards), retrying)
    const from = await retryForever('claim the position', () => claimPosition(database, RELAY, term), retrying)
    if (!from) return lost()
    await using saver = makePositionSaver(RELAY, term, { save: deps.save, log, onFenced: lost })
    log.info('The relay starts.', { position: formatPosition(from) })
    let position = from
    /**
     * For each shard the last published event. Before the first one it is the position where this relay began, because
     * no event lies between.
     */
    const previous = new Map<number, Position>()
    let idleMs = SOON_MS
    const holdUps = watchHoldUps({ database, log, meter })

    while (!signal.aborted) {
      hinted = false
      const page = await retryForever('read the log', () => eventLog.read(database, position, PAGE), retrying)
      const readAt = Date.now()
      if (page.events.length > 0) {
        await retryForever('finish writes to the message store', () => finishWrites(page.events), retrying)
        const bodies = page.events.map((event) => {
          const body = encodeNotification({ event, previous: previous.get(event.shard) ?? from, relayedAt: readAt })
          meter.passed('log_to_relay', readAt - event.at.getTime())
          previous.set(event.shard, event.position)
          return { shard: event.shard, body }
        })
        await publish(bodies)
        meter.relayed(page.events.length)
      }
      if (comparePositions(page.upTo, position) > 0) {
        position = page.upTo
        saver.moved(position, page.events.length)
      }
      holdUps.read(page.upTo, hinted)
      if (page.full || signal.aborted) continue
      idleMs = page.events.length > 0 || hinted ? SOON_MS : Math.min(idleMs * 2, IDLE_MS)
      await waker.wait(idleMs)
      if (hinted) idleMs = SOON_MS
    }
  }

  const running = run().catch((error: unknown) => {
    if (error instanceof Stopped) return
    log.error('The relay failed.', { error })
    lost()
  })

  let closing: Promise<void> | undefined
  const close = async () => {
    stopping.abort()
    waker.wake()
    await running
    await hints[Symbol.asyncDispose]()
  }
  return { [Symbol.asyncDispose]: () => (closing ??= close()) }
}
