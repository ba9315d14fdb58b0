import { type Meter, startDelivery } from '../delivery/index.ts'
import { openLifeSign } from '../platform/sql/life-sign.ts'
import type { Metrics } from '../platform/metrics/index.ts'
import { finishWrites } from '../subgraphs/chat/index.ts'
import type { Platform } from './adapters.ts'
import { kinds, makeFinishWrites } from './kinds.ts'

/** Delivery's counts as metrics. */
export function makeMeter(metrics: Metrics): Meter {
  return {
    relayed: (events) => metrics.count('delivery_relayed_total', {}, events),
    delivered: (ms) => metrics.observe('delivery_publish_to_deliver_seconds', ms / 1_000),
    pushed: (reason, count) => metrics.count('delivery_pushes_total', { reason }, count),
    reached: (devices) => metrics.count('delivery_reached_total', {}, devices),
    holeFilled: (events) => metrics.count('delivery_holes_filled_total', {}, events),
    repeatedPushDropped: () => metrics.count('delivery_repeated_pushes_dropped_total'),
    duplicateDropped: () => metrics.count('delivery_duplicates_dropped_total'),
    parked: () => metrics.count('delivery_parked_total'),
  }
}

/** Relay and consumers. */
export function startDeliveryRole(platform: Platform): AsyncDisposable {
  const { database, eventLog, queue, bus, presence, clock, messages, config, alone } = platform
  const log = platform.log.with({ role: 'delivery' })
  // Nobody else looks for the sign of one that is alone.
  const sign = alone ? null : openLifeSign(platform.databaseUrl, log)
  const delivery = startDelivery(
    {
      ...(sign && { sign }),
      database,
      eventLog,
      queue,
      bus,
      presence,
      clock,
      meter: makeMeter(platform.metrics),
      log,
      kinds,
      finishWrites: makeFinishWrites(kinds, { messages: (events) => finishWrites(messages, events) }),
    },
    { answerMs: config.DELIVERY_ANSWER_MS, alone },
  )
  return {
    async [Symbol.asyncDispose]() {
      await delivery[Symbol.asyncDispose]()
      await sign?.[Symbol.asyncDispose]()
    },
  }
}
