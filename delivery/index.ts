/**
 * Delivery: brings every event of the log to everybody who takes part in its conversation, live or by push.
 *
 *   event log ─► relay ─► queue ─► a consumer per shard ─► the nodes that host streams, over the bus
 *                                                      └─► notification.push ─► push worker
 *
 * Invariants
 * - Nothing is skipped: the relay's position never passes an event that the broker has not confirmed, a consumer's never
 *   one that is not done. Both are written under the term of a lease; a process that lost it cannot move them.
 * - An event is done when each device of each recipient was reached by a node, or the broker has a push for it. A process
 *   that dies before leaves it to the next holder, who does it again. The push worker drops what a device was sent before.
 * - Who has a stream that stands still for `answerMs` gets a push; whose stream is behind and moves is waited for, for
 *   `catchUpMs` at most, beside the events of others and not before them.
 * - The queue is only the quick way. What it loses, repeats or reorders shows by positions, and is read from the log, never
 *   beyond what the relay has published.
 * - Events of a shard are sent to a node in order. A node can tell a lost one by `previous` and by heartbeats; that holds
 *   also for events that were not sent to it because presence or the bus was away, or that were parked.
 * - PostgreSQL or the queue away: waited for. After an outage of these, of presence or of the bus, pushes wait until nodes
 *   were asked again, `catchUpMs` at most; in a longer outage everybody gets one. Streams read the log when it is over.
 *
 * It names no kind of event: the registry says what has which audience and which push. May import platform and
 * inbox/protocol.ts. What it needs of a domain comes as an argument (`kinds`, `finishWrites`) or through published SQL
 * (`users.push_targets`).
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

export { type Levels, readLevels } from './levels.ts'
export type { Meter } from './meter.ts'
export { startPush } from './push.ts'
export { NOTIFY_QUEUE, PUSH_QUEUE, PUSH_SHARDS } from './queues.ts'

export interface DeliveryDeps extends Omit<RelayDeps, 'meter' | 'save'>, Pick<ConsumerDeps, 'clock' | 'kinds'> {
  readonly presence: Presence
  readonly meter?: Meter
  /** By it the others see at once that this process died. */
  readonly sign?: Pick<LifeSign, 'key'>
}

export interface DeliveryOptions {
  /** How long nodes may take to answer before their devices get a push; default 2 s. */
  readonly answerMs?: number
  /**
   * How long a device is waited for in all whose stream is behind and moves, as after an outage, before it gets a push;
   * default 15 s.
   */
  readonly catchUpMs?: number
  /**
   * How long after an outage of presence, the bus or a store nodes may need to come back, before who is not found gets a push;
   * default 3 s. A push waits for the end of an outage for `catchUpMs` at most.
   */
  readonly settleMs?: number
  /** How long a process that cannot be reached keeps its leases; default 6 s. One that is seen to be dead loses them at once. */
  readonly leaseTtlMs?: number
  /** No other process can be on this database: what a dead predecessor held is taken without waiting. */
  readonly alone?: boolean
  /** How often nodes hear how far each shard is; default 1 s. */
  readonly heartbeatMs?: number
  /** How long disposing waits for what is under way; default: a second longer than `answerMs`. */
  readonly drainMs?: number
}

/** Up to where the log is done with: the relay and every shard have passed it. */
export const donePosition = (database: Database, { shards }: EventLog): Promise<Position> =>
  slowestPosition(database, [RELAY, ...Array.from({ length: shards }, (_, shard) => shardName(shard))])

/**
 * How long the loops that bring events on wait for PostgreSQL: what a connection that is open and dead costs them. Their
 * statements take milliseconds; finding the recipients of large groups may take longer, and has the pool's own deadline.
 */
const READER_DEADLINE_MS = 3_000

/** Relays and consumes what this process holds leases for; balanced with every other process that does the same. */
export function startDelivery(deps: DeliveryDeps, options: DeliveryOptions = {}): AsyncDisposable {
  const { eventLog, bus, presence, log, meter = silentMeter } = deps
  const database = withDeadline(deps.database, READER_DEADLINE_MS)
  const { answerMs = 2_000, catchUpMs = 15_000, leaseTtlMs = 6_000, heartbeatMs = 1_000, alone = false } = options
  const outage = makeOutage({ settleMs: options.settleMs ?? 3_000, graceMs: catchUpMs })
  const back = [presence.onReset(() => outage.back()), bus.onGap(() => outage.back())]
  const { drainMs = answerMs + 1_000 } = options
  const holder = v7()
  const answers = openAnswers(bus, holder, { answerMs, catchUpMs }, log)
  const save = makeSavePosition(database)
  const relayDeps: RelayDeps = { ...deps, database, meter, save }
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

  /** One look for all shards of this process. Away services are the business of those who need them: they say so. */
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
