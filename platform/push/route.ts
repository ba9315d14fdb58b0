import type { PushDecision, PushSender, PushService } from './push.ts'

export interface PushRoutes {
  /** Takes note of every push before it is sent; once, however often the same object is sent. */
  readonly record: PushSender
  /** The senders of single services. */
  readonly services: Partial<Readonly<Record<PushService, PushSender>>>
  /** Gets what has no sender of its own; without it such pushes are only noted. */
  readonly others?: PushSender
}

/** Hands each push to the sender for its device. A push for a device without a token is only noted. */
export function routePushes({ record, services, others }: PushRoutes): PushSender {
  const noted = new WeakSet<PushDecision>()
  return {
    async send(decision) {
      const { token, service } = decision
      const sender = (service ? services[service] : undefined) ?? others
      if (!noted.has(decision)) await record.send(decision)
      noted.add(decision)
      if (token !== null) await sender?.send(decision)
    },
  }
}
