import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Kinds } from '../platform/eventlog/kinds.ts'
import type { PushDecision, PushSender } from '../platform/push/push.ts'
import type { Delivery, Queue } from '../platform/queue/queue.ts'
import { silentMeter, type Meter } from './meter.ts'
import type { Parked } from './parked.ts'
import { makeAttempts, type Attempted, type AttemptsDeps, type AttemptsOptions } from './push-attempts.ts'
import { makePushChecks, type FindBadges, type PushCheck } from './push-checks.ts'
import { makePushOrder, type Place } from './push-order.ts'
import { makeTurns, type Turn } from './push-turns.ts'
import { PUSH_QUEUE, PUSH_SHARDS } from './queues.ts'
import { retryForever, Stopped } from './retry.ts'
import { findShown, noteWithdrawn, openSentPushes, type PushNote } from './sent-pushes.ts'

/** Maximum pushes of one shard that wait or are being sent: it limits the memory, and the load on the provider. */
const MAX_IN_FLIGHT = 256
/**
 * The least time between two notifications of one device with the same collapse key. Those that are decided on meanwhile
 * are of no use but the last, which replaces them.
 */
const BURST_MS = 500

export interface PushDeps extends Omit<AttemptsDeps, 'signal'> {
  readonly queue: Queue
  readonly kinds: Pick<Kinds, 'find'>
  /** Takes note of each push that was decided on. */
  readonly record?: PushSender
  readonly findBadges?: FindBadges
  readonly meter?: Pick<Meter, 'repeatedPushDropped' | 'pushEnded'>
}

export interface PushOptions extends AttemptsOptions {
  readonly burstMs?: number
}

/**
 * Sends the decided pushes: one for each event and device, those of one device in order. A push is acknowledged when
 * the provider has taken it, or it ended otherwise; if the process dies before, the next one sends it.
 */
export function startPush(deps: PushDeps, options: PushOptions = {}): AsyncDisposable {
  const { queue, database, log, meter = silentMeter, record } = deps
  const { burstMs = BURST_MS } = options
  const stopping = new AbortController()
  const { signal } = stopping
  setMaxListeners(0, signal)
  const turns = makeTurns()
  const order = makePushOrder()
  /** When each notification was sent, for the length of a burst. */
  const sentAt = new Map<string, number>()
  const sent = openSentPushes({ database, log })
  const check = makePushChecks(database, deps.kinds, deps.findBadges)
  const attempts = makeAttempts({ ...deps, signal }, options)

  /** While PostgreSQL is down, pushes go on without. */
  const checkNow = (decision: Decision) => check(decision).catch((): PushCheck => ({ outdatedBy: null }))

  const end = (decision: Decision, outcome: PushNote['outcome'], reason: string) => {
    const { event, deviceId, userId, data, collapseKey } = decision
    if (event === undefined) return
    return sent.add({
      event,
      deviceId,
      userId,
      outcome,
      reason,
      data,
      ...(collapseKey !== undefined && { collapseKey }),
    })
  }

  /** Takes the shown notification away. */
  const takeAway = async (decision: Decision, badge: number | undefined, turn: Turn) => {
    const { deviceId, collapseKey = '' } = decision
    const push = { event: '', ...decision, ...(badge !== undefined && { badge }) }
    const attempted = await attempts.send(push, () => turn.failed())
    if (attempted !== 'sent') return attempted
    const name = notificationOf(decision)
    if (name !== null) order.takenAway(name)
    await noteWithdrawn(database, { deviceId, collapseKey }).catch((error: unknown) => {
      log.warn('That a notification was taken away could not be stored: it may be taken away again.', { error })
    })
    return 'withdrawn'
  }

  /** Whether the notification is still the one to take away. While PostgreSQL is down, it is taken for that. */
  const isShown = async ({ deviceId, collapseKey = '', data }: Decision) =>
    (await findShown(database, [{ deviceId, collapseKey, data }]).catch(() => [true]))[0] ?? true

  const withdraw = async (decision: Decision, turn: Turn) => {
    const { outdatedBy, badge } = await checkNow(decision)
    if (outdatedBy !== null) {
      await end(decision, 'SUPPRESSED', outdatedBy)
      return 'outdated'
    }
    if (!(await isShown(decision))) {
      await end(decision, 'SUPPRESSED', 'COALESCED')
      return 'coalesced'
    }
    const ended = await takeAway(decision, badge, turn)
    if (ended !== 'parked') await end(decision, 'WITHDRAWN', decision.reason)
    return ended
  }

  const show = async (decision: Decision, turn: Turn, place: Place | null) => {
    const name = notificationOf(decision)
    if (name !== null && !place?.isSuperseded()) await pauseOf(sentAt.get(name), burstMs, signal)
    if (place?.isSuperseded()) {
      await end(decision, 'SUPPRESSED', 'COALESCED')
      return 'coalesced'
    }
    const { outdatedBy, badge } = await checkNow(decision)
    if (outdatedBy !== null) {
      await end(decision, 'SUPPRESSED', outdatedBy)
      return 'outdated'
    }
    const push = { event: '', ...decision, ...(badge !== undefined && { badge }) }
    const attempted = await attempts.send(push, () => turn.failed())
    if (attempted === 'sent' && name !== null) {
      place?.shown()
      remember(name)
    }
    const outcome = OUTCOMES[attempted]
    if (outcome) await end(decision, outcome, decision.reason)
    // It was read while it was sent: the event of that found nothing to take away.
    if (attempted === 'sent' && name !== null) {
      const now = await checkNow(decision)
      if (now.outdatedBy !== null)
        meter.pushEnded(asMetric(await takeAway({ ...decision, withdraws: true }, now.badge, turn)))
    }
    return attempted
  }

  const remember = (name: string) => {
    sentAt.set(name, performance.now())
    setTimeout(() => sentAt.delete(name), burstMs).unref()
  }

  const sendOnce = async (decision: Decision, turn: Turn, place: Place | null) => {
    const call = await turn.called
    const { event, deviceId, withdraws } = decision
    if (event !== undefined && !decision.parks && (await sent.has({ event, deviceId })))
      return meter.repeatedPushDropped()
    // Without the note the push is sent all the same: unacknowledged it would wait for the next start.
    if (!decision.parks)
      await record?.send({ event: '', ...decision }).catch((error: unknown) => {
        log.warn('That a push was decided on could not be noted: it is sent.', { deviceId, error })
      })
    const work = async () => {
      if (call === 'set aside') return attempts.setAside({ event: '', ...decision })
      return withdraws ? withdraw(decision, turn) : show(decision, turn, place)
    }
    meter.pushEnded(asMetric(await work()))
  }

  const onDelivery = (delivery: Delivery) => {
    const decision = parseDecision(delivery.body)
    if (!decision) {
      log.error('A message of the push queue is no push: it is dropped.')
      delivery.ack()
      return
    }
    const { deviceId } = decision
    const name = notificationOf(decision)
    const turn = turns.enter(decision)
    // One that takes a notification away overtakes none: whether they are of use is found when they are sent.
    const shows = name !== null && !decision.withdraws
    const place = shows ? order.enter(name, decision, () => turn.overtake()) : null
    void sendOnce(decision, turn, place)
      .then(() => delivery.ack())
      .catch((error: unknown) => {
        if (!(error instanceof Stopped)) log.error('Sending a push failed.', { deviceId, error })
      })
      .then(() => {
        turn.end()
        place?.leave()
      })
  }

  const retrying = { signal, log }
  const consumeAll = async () => {
    await retryForever('declare the push queue', () => queue.declare(PUSH_QUEUE, PUSH_SHARDS), retrying)
    const shards = Array.from({ length: PUSH_SHARDS }, (_, shard) =>
      retryForever(
        'consume pushes',
        () => queue.consume(PUSH_QUEUE, shard, { prefetch: MAX_IN_FLIGHT }, onDelivery),
        retrying,
      ),
    )
    return Promise.allSettled(shards)
  }
  const consuming = consumeAll().catch((error: unknown) => {
    if (!(error instanceof Stopped)) log.error('The push worker failed.', { error })
    return []
  })

  let closing: Promise<void> | undefined
  const close = async () => {
    stopping.abort()
    for (const shard of await consuming) if (shard.status === 'fulfilled') await shard.value[Symbol.asyncDispose]()
    await turns.all()
    await sent[Symbol.asyncDispose]()
  }
  return { [Symbol.asyncDispose]: () => (closing ??= close()) }
}

/** Earlier versions wrote pushes without an event. */
type Decision = Omit<PushDecision, 'event'> & Parked & { readonly event?: string }

/** What is noted; a parked push is noted when it has ended. */
const OUTCOMES: Readonly<Record<Attempted, PushNote['outcome'] | null>> = {
  sent: 'SENT',
  dead_token: 'DEAD_TOKEN',
  given_up: 'PARKED',
  parked: null,
}

const asMetric = (ended: Attempted | 'withdrawn' | 'outdated' | 'coalesced') =>
  ended === 'given_up' ? 'parked' : ended

/** The notification that the push shows or takes away, among those of all devices. */
const notificationOf = ({ deviceId, collapseKey }: Decision): string | null =>
  collapseKey === undefined ? null : `${deviceId} ${collapseKey}`

/** Waits until `burstMs` after `since`. */
async function pauseOf(since: number | undefined, burstMs: number, signal: AbortSignal): Promise<void> {
  const ms = since === undefined ? 0 : since + burstMs - performance.now()
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => {})
}

/** Null for a text that the consumer did not write. */
function parseDecision(body: string): Decision | null {
  try {
    const raw = JSON.parse(body) as Partial<Decision> | null
    return typeof raw?.userId === 'string' && typeof raw.deviceId === 'string' ? (raw as Decision) : null
  } catch {
    return null
  }
}
