import type { Log } from '../platform/log/log.ts'
import {
  DeadTokenError,
  RefusedPushError,
  RetryLaterError,
  type PushDecision,
  type PushSender,
} from '../platform/push/push.ts'
import type { Delivery, Queue } from '../platform/queue/queue.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { setMaxListeners } from 'node:events'
import { silentMeter, type Meter } from './meter.ts'
import { parkPush } from './parked.ts'
import { PUSH_QUEUE, PUSH_SHARDS } from './queues.ts'
import { openSentPushes } from './sent-pushes.ts'
import { type Backoff, backoffMs, pause } from '../platform/backoff.ts'
import { retryForever, Stopped } from './retry.ts'

/** Maximum concurrent pushes of one shard: it limits the memory, and the load on the provider. */
const MAX_IN_FLIGHT = 64
/** Maximum tries of one push before it is parked: with the pauses below, they last more than a minute. */
const TRIES = 10
const PAUSES: Backoff = { firstMs: 200, mostMs: 30_000 }

export interface PushDeps {
  readonly queue: Queue
  readonly sender: PushSender
  /** Stores pushes that the provider refuses for good. */
  readonly database: Sql
  /** Takes a token that its service calls dead from the device. */
  readonly dropToken: (deviceId: string, token: string) => Promise<void>
  readonly log: Log
  readonly meter?: Pick<Meter, 'repeatedPushDropped' | 'pushEnded'>
}

export interface PushOptions {
  readonly tries?: number
  readonly pauses?: Backoff
}

/**
 * Sends the decided pushes: one for each event and device, those of one device in order. A push is acknowledged when
 * the provider has taken it or it is parked; if the process dies before, the next one sends it.
 */
export function startPush(deps: PushDeps, options: PushOptions = {}): AsyncDisposable {
  const { queue, sender, database, log, meter = silentMeter } = deps
  const { tries = TRIES, pauses = PAUSES } = options
  const stopping = new AbortController()
  const { signal } = stopping
  setMaxListeners(0, signal)
  /** For each device its last push in progress: the next one waits for it. */
  const tails = new Map<string, Promise<void>>()
  const sent = openSentPushes({ database, log })

  const park = async (decision: Decision, attempt: number, error: unknown) => {
    const { userId, deviceId } = decision
    log.error('A push was parked: the provider refuses it.', { userId, deviceId, attempt, error })
    await retryForever('park a push', () => parkPush(database, decision, String(error)), { signal, log })
    meter.pushEnded('parked')
  }

  const dropToken = async ({ userId, deviceId, token }: Decision, error: DeadTokenError) => {
    log.info('A push token is dead: the device loses it.', { userId, deviceId, error })
    meter.pushEnded('dead_token')
    if (token !== null) await retryForever('drop a dead token', () => deps.dropToken(deviceId, token), { signal, log })
  }

  /** Resolves when the push is sent or has ended otherwise. */
  const send = async (decision: Decision) => {
    const push = { event: '', ...decision }
    for (let attempt = 1; ; attempt++) {
      if (signal.aborted) throw new Stopped('Stopped while it sent a push.')
      let pauseMs = backoffMs(attempt, pauses)
      try {
        await sender.send(push)
        return meter.pushEnded('sent')
      } catch (error) {
        if (error instanceof DeadTokenError) return dropToken(decision, error)
        if (error instanceof RefusedPushError || attempt >= tries) return park(decision, attempt, error)
        if (error instanceof RetryLaterError) pauseMs = Math.max(pauseMs, error.afterMs)
        const { userId, deviceId } = decision
        log.warn('A push failed: retrying.', { userId, deviceId, attempt, error })
      }
      await pause(pauseMs, signal)
    }
  }

  const sendOnce = async (decision: Decision) => {
    const { event, deviceId } = decision
    if (event === undefined) return send(decision)
    if (await sent.has({ event, deviceId })) return meter.repeatedPushDropped()
    await send(decision)
    await sent.add({ event, deviceId })
  }

  const onDelivery = (delivery: Delivery) => {
    const decision = parseDecision(delivery.body)
    if (!decision) {
      log.error('A message of the push queue is no push: it is dropped.')
      delivery.ack()
      return
    }
    const { deviceId } = decision
    const own = (tails.get(deviceId) ?? Promise.resolve())
      .then(() => sendOnce(decision))
      .then(() => delivery.ack())
      .catch((error: unknown) => {
        if (!(error instanceof Stopped)) log.error('Sending a push failed.', { deviceId, error })
      })
      .then(() => {
        if (tails.get(deviceId) === own) tails.delete(deviceId)
      })
    tails.set(deviceId, own)
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
    await Promise.all(tails.values())
    await sent[Symbol.asyncDispose]()
  }
  return { [Symbol.asyncDispose]: () => (closing ??= close()) }
}

/** Earlier versions wrote pushes without an event. */
type Decision = Omit<PushDecision, 'event'> & { readonly event?: string }

/** Null for a text that the consumer did not write. */
function parseDecision(body: string): Decision | null {
  try {
    const raw = JSON.parse(body) as Partial<Decision> | null
    return typeof raw?.userId === 'string' && typeof raw.deviceId === 'string' ? (raw as Decision) : null
  } catch {
    return null
  }
}
