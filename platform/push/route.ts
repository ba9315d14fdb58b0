import type { PushSender, PushService } from './push.ts'

export interface PushRoutes {
  /** The senders of single services. */
  readonly services: Partial<Readonly<Record<PushService, PushSender>>>
  /** Gets what has no sender of its own; without it such pushes are sent by nobody. */
  readonly others?: PushSender
}

/** Hands each push to the sender for its device. A push for a device without a token goes nowhere. */
export function routePushes({ services, others }: PushRoutes): PushSender {
  return {
    async send(decision) {
      const { token, service } = decision
      const sender = (service ? services[service] : undefined) ?? others
      if (token !== null) await sender?.send(decision)
    },
  }
}
