import { createECDH } from 'node:crypto'
import type { Dispatcher } from 'undici'
import webPush from 'web-push'
import type { Clock } from '../clock/clock.ts'
import { laterError, mayPass, post } from './post.ts'
import { makePublicAgent } from './public-hosts.ts'
import { contentOf } from './content.ts'
import { DeadTokenError, RefusedPushError, type PushSender } from './push.ts'

/** How long a push service keeps a push for a browser that is closed. */
const TTL_SECONDS = 24 * 60 * 60
/** Push services take 4,096 bytes, of which encryption takes some: the body is cut until the rest fits. */
const MAX_BYTES = 3_000

export interface WebPushOptions {
  /** The private key of VAPID (RFC 8292): 32 bytes as base64url. */
  readonly privateKey: string
  /** Whom a push service turns to: a `mailto:` or `https:` URL. */
  readonly subject: string
  readonly clock: Clock
  /** For tests. Default: one that connects to public addresses only, because users name the hosts. */
  readonly dispatcher?: Dispatcher
}

/** The public key that browsers pass to `PushManager.subscribe`: a point of P-256 as base64url. */
export function vapidPublicKey(privateKey: string): string {
  const key = createECDH('prime256v1')
  key.setPrivateKey(Buffer.from(privateKey, 'base64url'))
  return key.getPublicKey().toString('base64url')
}

/** Sends to browsers: Web Push (RFC 8030), encrypted for the subscription (RFC 8291), signed by VAPID (RFC 8292). */
export function makeWebPush({ privateKey, subject, clock, dispatcher }: WebPushOptions): PushSender & AsyncDisposable {
  const vapidDetails = { subject, privateKey, publicKey: vapidPublicKey(privateKey) }
  const agent = dispatcher ?? makePublicAgent()
  return {
    async send(decision) {
      const { token, detail, withdraws, collapseKey } = decision
      const { p256dh, auth } = detail ?? {}
      if (token === null || p256dh === undefined || auth === undefined)
        throw new RefusedPushError('The Web Push subscription has no keys.')
      const { headers, body, endpoint } = webPush.generateRequestDetails(
        { endpoint: token, keys: { p256dh, auth } },
        JSON.stringify(contentOf(decision, MAX_BYTES)),
        {
          vapidDetails,
          TTL: TTL_SECONDS,
          urgency: withdraws ? 'normal' : 'high',
          contentEncoding: 'aes128gcm',
          // At most 32 characters of base64url; a UUID without its hyphens is one.
          ...(collapseKey !== undefined && { topic: collapseKey.replace(/[^\w]/g, '').slice(0, 32) }),
        },
      )
      const answer = await post({
        url: endpoint,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
        body: body ?? '',
        dispatcher: agent,
      })
      const { status } = answer
      if (status >= 200 && status <= 299) return
      if (status === 404 || status === 410)
        throw new DeadTokenError('The push service says that the subscription ended.')
      if (mayPass(answer)) throw laterError(answer, clock.now())
      throw new RefusedPushError(`The push service answered ${status}.`)
    },
    [Symbol.asyncDispose]: () => (dispatcher ? Promise.resolve() : agent.destroy()),
  }
}
