import { importPKCS8, SignJWT } from 'jose'
import { Agent, type Dispatcher } from 'undici'
import type { Clock } from '../clock/clock.ts'
import { contentOf } from './content.ts'
import { laterError, mayPass, post, type Answer } from './post.ts'
import { DeadTokenError, RefusedPushError, type PushDecision, type PushSender } from './push.ts'

/** Apple takes 4,096 bytes. */
const MAX_BYTES = 3_500
/** How long Apple keeps a push for a device that is off. */
const TTL_SECONDS = 24 * 60 * 60
/** Apple refuses tokens older than an hour, and those that change more often than every 20 minutes. */
const TOKEN_MS = 40 * 60_000

const HOSTS = { PRODUCTION: 'https://api.push.apple.com', SANDBOX: 'https://api.sandbox.push.apple.com' } as const
type Environment = keyof typeof HOSTS

/** Reasons that a device's token can never be used again. */
const DEAD = new Set(['BadDeviceToken', 'DeviceTokenNotForTopic', 'Unregistered', 'ExpiredToken'])

export interface ApnsOptions {
  /** The text of the `.p8` file. */
  readonly key: string
  readonly keyId: string
  readonly teamId: string
  /** The app's bundle id. */
  readonly topic: string
  readonly clock: Clock
  /** For tests. */
  readonly hosts?: Readonly<Record<Environment, string>>
  readonly dispatcher?: Dispatcher
}

/** Sends to apps that the Apple Push Notification service reaches, over HTTP/2 with tokens of a key. */
export function makeApns(options: ApnsOptions): PushSender & AsyncDisposable {
  const { topic, clock, hosts = HOSTS } = options
  // Apple speaks HTTP/2 only, and wants few connections that live long.
  const agent = options.dispatcher ?? new Agent({ allowH2: true, connections: 2, pipelining: 100 })
  const provider = makeProviderTokens(options)

  const send = async (decision: PushDecision, token: string): Promise<Answer> => {
    const { withdraws, collapseKey, detail } = decision
    const environment: Environment = detail?.['environment'] === 'SANDBOX' ? 'SANDBOX' : 'PRODUCTION'
    return post({
      url: `${hosts[environment]}/3/device/${encodeURIComponent(token)}`,
      headers: {
        authorization: `bearer ${await provider.current()}`,
        'apns-topic': topic,
        'apns-push-type': withdraws ? 'background' : 'alert',
        'apns-priority': withdraws ? '5' : '10',
        'apns-expiration': String(Math.floor(clock.now() / 1_000) + TTL_SECONDS),
        ...(collapseKey !== undefined && { 'apns-collapse-id': collapseKey }),
      },
      body: JSON.stringify(payloadOf(decision)),
      dispatcher: agent,
    })
  }

  return {
    async send(decision) {
      const { token } = decision
      if (token === null) throw new RefusedPushError('The device has no token.')
      let answer = await send(decision, token)
      if (answer.status === 403 && reasonOf(answer) === 'ExpiredProviderToken') {
        provider.forget()
        answer = await send(decision, token)
      }
      const { status } = answer
      if (status === 200) return
      const reason = reasonOf(answer)
      if (status === 410 || DEAD.has(reason)) throw new DeadTokenError(`Apple does not know the token (${reason}).`)
      // A refused key is a fault of the configuration, which somebody mends.
      if (mayPass(answer) || status === 403) throw laterError(answer, clock.now())
      throw new RefusedPushError(`Apple answered ${status} (${reason}).`)
    },
    [Symbol.asyncDispose]: () => (options.dispatcher ? Promise.resolve() : agent.destroy()),
  }
}

function payloadOf(decision: PushDecision) {
  const { title, body, data, badge, collapseKey, withdraws } = contentOf(decision, MAX_BYTES)
  const common = { ...(badge !== undefined && { badge }) }
  const own = { ...data, ...(collapseKey !== undefined && { collapseKey }) }
  if (withdraws) return { aps: { 'content-available': 1, ...common }, ...own, withdraws: true }
  return {
    aps: {
      alert: { title, body },
      sound: 'default',
      'mutable-content': 1,
      ...(collapseKey !== undefined && { 'thread-id': collapseKey }),
      ...common,
    },
    ...own,
  }
}

/** Apple's word for what is wrong. */
function reasonOf({ text }: Answer): string {
  return /"reason"\s*:\s*"(\w{1,60})"/.exec(text)?.[1] ?? 'no reason'
}

/** The provider's tokens (RFC 7519, ES256). */
function makeProviderTokens({ key, keyId, teamId, clock }: ApnsOptions) {
  let current: { readonly token: Promise<string>; readonly madeAt: number } | null = null
  const make = async () =>
    new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuer(teamId)
      .setIssuedAt(Math.floor(clock.now() / 1_000))
      .sign(await importPKCS8(key, 'ES256'))
  return {
    current(): Promise<string> {
      if (current === null || clock.now() - current.madeAt > TOKEN_MS) current = { token: make(), madeAt: clock.now() }
      return current.token
    },
    forget() {
      current = null
    },
  }
}
