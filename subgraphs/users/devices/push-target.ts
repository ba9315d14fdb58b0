import { createHash, createPublicKey } from 'node:crypto'
import { isIP } from 'node:net'
import { badInput } from '../../errors.ts'
import type { Valid } from '../../parse.ts'
import type { PushTargetInput, WebPushTargetInput } from '../generated/resolvers.ts'
import { MAX_PUSH_TOKEN } from '../limits.ts'

/** Where the pushes of a device are sent. */
export type PushTarget = Valid<
  'pushTarget',
  {
    /** Null: a token of a service that is not known. */
    readonly kind: 'FCM' | 'APNS' | 'WEB_PUSH' | null
    /** The token, or Web Push's endpoint: with the kind it is the target's identity. */
    readonly token: string
    readonly detail: Readonly<Record<string, string>> | null
  }
>

const MAX_ENDPOINT = 2_048
const FCM_TOKEN = /^[\w:.-]+$/
const APNS_TOKEN = /^[0-9a-f]{64,200}$/

export function parsePushTarget(input: PushTargetInput): PushTarget {
  const { fcm, apns, webPush } = input
  if ([fcm, apns, webPush].filter((one) => one != null).length !== 1)
    throw badInput('target', '`target` must have exactly one of `fcm`, `apns` and `webPush`.')
  if (fcm != null) {
    if (fcm.token.length > MAX_PUSH_TOKEN || !FCM_TOKEN.test(fcm.token))
      throw badInput('token', `\`fcm.token\` must be 1 to ${MAX_PUSH_TOKEN} letters, digits and \`_:.-\`.`)
    return made('FCM', fcm.token, null)
  }
  if (apns != null) {
    const token = apns.token.toLowerCase()
    if (!APNS_TOKEN.test(token)) throw badInput('token', '`apns.token` must be 64 to 200 hexadecimal digits.')
    return made('APNS', token, { environment: apns.environment })
  }
  return parseWebPush(webPush!) // one of the three is given
}

/** A token without its service, from an app of an earlier version. */
export function parsePushToken(token: string): PushTarget {
  // Each push service's token is text or JSON in its own format; none contains control characters.
  if (token.length < 1 || token.length > MAX_PUSH_TOKEN || /[\p{Cc}\p{Cs}]/u.test(token))
    throw badInput('pushToken', `\`pushToken\` must be 1 to ${MAX_PUSH_TOKEN} characters without control characters.`)
  return made(null, token, null)
}

/** The identity of a target: no two devices have the same. */
export const keyOf = ({ kind, token }: PushTarget): Buffer =>
  createHash('sha256')
    .update(`${kind ?? ''}\n${token}`)
    .digest()

function parseWebPush({ endpoint, p256dh, auth }: WebPushTargetInput): PushTarget {
  if (!isPublicEndpoint(endpoint))
    throw badInput(
      'endpoint',
      `\`webPush.endpoint\` must be an https: URL with a public host name, at most ${MAX_ENDPOINT} characters.`,
    )
  if (!isPoint(bytesOf(p256dh)))
    throw badInput('p256dh', '`webPush.p256dh` must be a point of P-256, 65 bytes as base64url.')
  if (bytesOf(auth)?.length !== 16) throw badInput('auth', '`webPush.auth` must be 16 bytes as base64url.')
  return made('WEB_PUSH', new URL(endpoint).href, { p256dh, auth })
}

/**
 * The server posts to this URL, so it must not name a machine in the server's own network: no address, no bare name,
 * and no name of a local zone.
 */
function isPublicEndpoint(text: string): boolean {
  if (text.length > MAX_ENDPOINT || !URL.canParse(text)) return false
  const { protocol, hostname, username, password, port } = new URL(text)
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  return (
    protocol === 'https:' &&
    username === '' &&
    password === '' &&
    port === '' &&
    isIP(host) === 0 &&
    host.includes('.') &&
    !/\.(localhost|local|internal|lan|home\.arpa)$/.test(host)
  )
}

/** Null for a text that is not base64url, with or without padding. */
function bytesOf(text: string): Buffer | null {
  return text.length <= 200 && /^[\w-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64url') : null
}

/** An uncompressed point that is on the curve. */
function isPoint(bytes: Buffer | null): boolean {
  if (bytes?.length !== 65 || bytes[0] !== 4) return false
  const coordinate = (from: number) => bytes.subarray(from, from + 32).toString('base64url')
  try {
    createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(33) }, format: 'jwk' })
    return true
  } catch {
    return false // not on the curve
  }
}

const made = (kind: PushTarget['kind'], token: string, detail: PushTarget['detail']) =>
  ({ kind, token, detail }) as PushTarget // the only maker of PushTarget
