import { startDelivery } from '../delivery/index.ts'
import { finishWrites } from '../subgraphs/chat/index.ts'
import type { Platform } from './adapters.ts'

/** Relay and consumers. */
export function startDeliveryRole(platform: Platform): AsyncDisposable {
  const { database, eventLog, queue, bus, presence, clock, messages, config } = platform
  return startDelivery(
    {
      database,
      eventLog,
      queue,
      bus,
      presence,
      clock,
      log: platform.log.with({ role: 'delivery' }),
      finishWrites: (events) => finishWrites(messages, events),
    },
    { answerMs: config.DELIVERY_ANSWER_MS },
  )
}
