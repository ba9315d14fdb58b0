import { createHash } from 'node:crypto'
import type { Clock } from '../clock/clock.ts'
import { signedHeaders } from '../signed-headers.ts'
import { contentOf } from './content.ts'
import { laterError, mayPass, post } from './post.ts'
import { DeadTokenError, RefusedPushError, type PushSender } from './push.ts'

/** Far more than titles and bodies have. */
const MAX_BYTES = 32_768

export interface WebhookPushOptions {
  readonly url: string
  /** Signs each call, so that the receiver can refuse pushes from anybody else. */
  readonly secret: string
  readonly clock: Clock
}

/**
 * Posts each push as JSON to a program of the operator, which hands it to any provider: `docs/push.md` says what it gets, and
 * what its answers mean. All tries of a push have the same `X-Parley-Delivery`.
 */
export function makeWebhookPush({ url, secret, clock }: WebhookPushOptions): PushSender {
  return {
    async send(decision) {
      const { event, userId, deviceId, token, service, detail, withdraws } = decision
      const body = JSON.stringify({
        userId,
        deviceId,
        service: service ?? null,
        token,
        ...(detail && { detail }),
        ...contentOf(decision, MAX_BYTES),
      })
      const name = `${event}\n${deviceId}\n${withdraws ? 'withdraws' : ''}`
      const deliveryId = createHash('sha256').update(name).digest('hex').slice(0, 32)
      const answer = await post({ url, headers: signedHeaders(secret, body, deliveryId, clock.now()), body })
      const { status } = answer
      if (status >= 200 && status <= 299) return
      if (status === 410) throw new DeadTokenError('The push webhook says that the token is dead.')
      // A refused signature is a fault of the configuration, which somebody mends.
      if (mayPass(answer) || status === 401 || status === 403) throw laterError(answer, clock.now())
      throw new RefusedPushError(`The push webhook answered ${status}.`)
    },
  }
}
