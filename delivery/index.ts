/**
 * Delivery: brings every event of the log to every participant of its conversation, live or by push.
 *
 *   event log ─► relay ─► queue ─► one consumer per shard ─► the nodes that host streams, over the bus
 *                                                        └─► notification.push ─► push worker
 *
 * Invariants
 *
 * - Nothing is skipped: the relay's position never passes an event that the broker has not confirmed, and a
 *   consumer's position never passes one that is not done. Both are written under the term of a lease; a process that
 *   lost the lease cannot move them.
 * - An event is done when each device of each recipient was reached by a node, or the broker has a push for it. If a
 *   process dies before that, the next holder delivers the event again. The push worker drops a push that the device
 *   already got.
 * - A device whose stream makes no progress for `answerMs` gets a push. If its stream is behind and makes progress,
 *   it is waited for, at most `catchUpMs`; the events of others do not wait for it.
 * - The queue is only the fast path. Events that it loses, repeats or reorders are noticed by their positions, and
 *   are read from the log, but never beyond the relay's position.
 * - Events of a shard are sent to a node in order. A node notices a lost one by `previous` and by heartbeats. That
 *   includes events that were not sent to it because presence or the bus was down, or that were parked.
 * - If PostgreSQL or the queue is down, delivery waits. After an outage of these, of presence or of the bus, pushes
 *   wait until the nodes were asked again, at most `catchUpMs`; in a longer outage everybody gets one. Streams read
 *   the log after the outage. What waited comes at once then, and nodes may need longer than usual for it.
 *
 * Delivery knows no kinds of events: the registry says which audience and which push each has. May import platform
 * and inbox/protocol.ts. What it needs from a domain comes as an argument (`kinds`, `finishWrites`) or through
 * published SQL (`users.push_targets` and `users.push_target_changes()`).
 */
import { v7 } from 'uuid'
import type { EventLog } from '../platform/eventlog/eventlog.ts'
import type { Position } from '../platform/eventlog/position.ts'
import type { Presence } from '../platform/presence/presence.ts'
import type { LifeSign } from '../platform/sql/life-sign.ts'
import { withDeadline, type Database } from '../platform/sql/sql.ts'
import { openAnswers } from './answers.ts'
import { makeOutage } from './outage.ts'
import { shardName, startConsumer, type Consumer, type ConsumerDeps } from './consumer.ts'
import { startLeases } from './leases.ts'
import { silentMeter, type Meter } from './meter.ts'
import { makeSavePosition, readPosition, slowestPosition } from './positions.ts'
import { makeLookups } from './recipients.ts'
import { RELAY, startRelay, type RelayDeps } from './relay.ts'
import { makeWaker } from './waker.ts'

export { startErasing } from './erase.ts'
export { type Levels, readLevels } from './levels.ts'
export type { Meter } from './meter.ts'
export { makeParkedEvents } from './parked-events.ts'
export { startPush } from './push-worker.ts'
export { startPushingAgain } from './push-again.ts'
export { NOTIFY_QUEUE, PUSH_QUEUE, PUSH_SHARDS } from './queues.ts'

export interface DeliveryDeps
  extends Omit<RelayDeps, 'meter' | 'save' | 'onFailure'>, Pick<ConsumerDeps, 'clock' | 'kinds'> {
  readonly presence: Presence
  readonly meter?: Meter
  /** Shows other processes at once that this process has died. */
  readonly sign?: Pick<LifeSign, 'key'>
}

export interface DeliveryOptions {
  /** The time that nodes have to answer before their devices get a push; default 2 s. */
  readonly answerMs?: number
  /**
   * Maximum wait for a device whose stream is behind and makes progress, as after an outage, before it gets a push;
   * default 15 s.
   */
  readonly catchUpMs?: number
  /**
   * The time that nodes have to come back after an outage of presence, the bus or a store, before devices that are not
   * found get a push; default 6 s: other processes may notice as much later that their connections are dead. A push waits for the end of an outage at most `catchUpMs`.
   */
  readonly settleMs?: number
  /**
   * How long a process that cannot be reached keeps its leases; default 6 s. A process that is known to be dead loses
   * them at once.
   */
  readonly leaseTtlMs?: number
  /** No other process can use this database: leases of a dead predecessor are taken without waiting. */
  readonly alone?: boolean
  /** The interval at which nodes get the position of each shard; default 1 s. */
  readonly heartbeatMs?: number
  /** How long disposing waits for work in progress; default: a second longer than `answerMs`. */
  readonly drainMs?: number
}

/** The position that the relay and every shard have passed: nothing at or below it is needed any more. */
export const donePosition = (database: Database, { shards }: EventLog): Promise<Position> =>
  slowestPosition(database, [RELAY, ...Array.from({ length: shards }, (_, shard) => shardName(shard))])

/**
 * The deadline of the statements that move events on: the delay if a connection is open but dead. These statements
 * take milliseconds. Finding the recipients of large groups may take longer, and has the pool's own deadline.
 */
const READER_DEADLINE_MS = 3_000

/** Relays and consumes what this process holds leases for. The processes share the leases evenly. */
export function startDelivery(deps: DeliveryDeps, options: DeliveryOptions = {}): AsyncDisposable {
  const { eventLog, bus, presence, log, meter = silentMeter } = deps
  const database = withDeadline(deps.database, READER_DEADLINE_MS)
  const { answerMs = 2_000, catchUpMs = 15_000, leaseTtlMs = 6_000, heartbeatMs = 1_000, alone = false } = options
  const outage = makeOutage({ settleMs: options.settleMs ?? 6_000, graceMs: catchUpMs })
  const isBack = () => outage.back()
  const back = [presence.onReset(isBack), bus.onGap(isBack), deps.queue.onBack(isBack)]
  const { drainMs = answerMs + 1_000 } = options
  const holder = v7()
  const answers = openAnswers(bus, holder, { answerMs, catchUpMs }, log)
  const save = makeSavePosition(database)
  const relayDeps: RelayDeps = { ...deps, database, meter, save, onFailure: () => outage.failed() }
  const consumerDeps: ConsumerDeps = {
    ...deps,
    meter,
    save,
    lookups: makeLookups(deps.database, deps.kinds),
    answers,
    outage,
    consumer: holder,
    readerDeadlineMs: READER_DEADLINE_MS,
  }
  const consumers = new Map<string, Consumer>()

  const startShard = (shard: number, term: string, lost: () => void): AsyncDisposable => {
    const name = shardName(shard)
    const consumer = startConsumer(consumerDeps, { shard, term, drainMs, lost })
    consumers.set(name, consumer)
    return {
      async [Symbol.asyncDispose]() {
        await consumer[Symbol.asyncDispose]()
        if (consumers.get(name) === consumer) consumers.delete(name)
      },
    }
  }

  const shards = new Map(Array.from({ length: eventLog.shards }, (_, shard) => [shardName(shard), shard]))
  const leases = startLeases(
    { database, bus, log, ...(deps.sign && { sign: deps.sign }) },
    {
      holder,
      alone,
      names: [RELAY, ...shards.keys()],
      ttlMs: leaseTtlMs,
      start: ({ name, term }, lost) => {
        const shard = shards.get(name)
        return shard === undefined ? startRelay(relayDeps, term, lost) : startShard(shard, term, lost)
      },
    },
  )

  /**
   * One check for all shards of this process. Outages are not logged here: the code that needs the service logs them.
   */
  const beat = async () => {
    if (consumers.size === 0) return
    const [nodes, relayed] = await Promise.all([
      presence.nodes().catch(() => {
        outage.failed()
        return null
      }),
      readPosition(database, RELAY).catch(() => null),
    ])
    if (nodes) answers.present(nodes)
    for (const consumer of consumers.values()) consumer.tick(nodes, relayed)
  }

  const bell = makeWaker()
  let closing: Promise<void> | undefined
  const beating = (async () => {
    while (!closing) {
      await beat()
      if (!closing) await bell.wait(heartbeatMs)
    }
  })()

  const close = async () => {
    bell.wake()
    for (const listener of back) listener[Symbol.dispose]()
    await leases[Symbol.asyncDispose]()
    await beating
    await answers[Symbol.asyncDispose]()
  }
  return { [Symbol.asyncDispose]: () => (closing ??= close()) }
}
