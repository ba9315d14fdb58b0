import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '../clock/clock.ts'
import {
  checkSecret,
  fieldsOf,
  ID_FORMAT,
  IDENTITY_HEADERS,
  type IdentityFields,
  macOf,
  MAX_ROLES,
  MAX_SKEW_MS,
  NETWORK_FORMAT,
  NONCE_FORMAT,
  REQUEST_ID_FORMAT,
  ROLE_FORMAT,
} from './canonical.ts'
import type { Identity } from './identity.ts'
import { makeTakeNumber } from './replays.ts'

export interface VerifyOptions {
  /** The name of the verifying subgraph: it refuses requests that were signed for another. */
  readonly subgraph: string
  /** Every valid secret: the new one and, during a rotation, the old one. */
  readonly secrets: readonly string[]
  readonly clock: Clock
  /** The default is 60 seconds, in both directions. */
  readonly maxSkewMs?: number
}

/**
 * `missing`: the request is not from the gateway. `malformed`: its headers are not as the gateway writes them.
 * `stale`: too old or too far ahead. `forged`: signed with another secret, or for another body, subgraph or identity.
 * `replayed`: accepted before.
 */
export type RefusalReason = 'missing' | 'malformed' | 'stale' | 'forged' | 'replayed'

export class IdentityRefused extends Error {
  override name = 'IdentityRefused'
  readonly reason: RefusalReason
  readonly extensions = { code: 'GATEWAY_REQUIRED', http: { status: 401 } } as const

  constructor(reason: RefusalReason) {
    super('The request is not signed by the gateway.')
    this.reason = reason
  }
}

/** The gateway's signed statements about a request. */
export interface Verified {
  readonly identity: Identity
  /** The client's network, for limits; null if the gateway does not know it. */
  readonly clientNetwork: string | null
}

export type Verify = (headers: Readonly<Record<string, unknown>>, body: string | Uint8Array) => Verified

/**
 * Returns the identity, or throws an `IdentityRefused`, and accepts each request once. Headers are in lower case, as
 * Node and the gateway give them. A repeated header, which Node joins by a comma and a space, fits no format. The
 * refusal's text tells an outsider nothing: `reason` is for the log.
 *
 * Only this verifier remembers what it accepted, and a subgraph has one per process. So an attacker who records a
 * request on the internal network can still replay it within its minute, once to each other instance of the same
 * subgraph, and to this one after a restart. If that matters, the internal network needs TLS; writes have an
 * idempotency key.
 */
export function makeVerifier({ subgraph, secrets, clock, maxSkewMs = MAX_SKEW_MS }: VerifyOptions): Verify {
  for (const secret of secrets) checkSecret(secret)
  const takeNumber = makeTakeNumber(clock, 2 * maxSkewMs)

  return (headers, body) => {
    const read = (name: keyof typeof IDENTITY_HEADERS): string => {
      const value = headers[IDENTITY_HEADERS[name]]
      if (value === undefined) return ''
      if (typeof value !== 'string' || value === '') throw new IdentityRefused('malformed')
      return value
    }
    const signature = read('signature')
    const timestamp = read('timestamp')
    if (signature === '' || timestamp === '') throw new IdentityRefused('missing')
    if (!/^[0-9a-f]{64}$/.test(signature) || !/^\d{1,16}$/.test(timestamp)) throw new IdentityRefused('malformed')
    const nonce = read('nonce')
    const [, signer, number] = NONCE_FORMAT.exec(nonce) ?? []
    const requestId = read('requestId')
    const clientNetwork = read('clientNetwork')
    if (signer === undefined || !REQUEST_ID_FORMAT.test(requestId)) throw new IdentityRefused('malformed')
    if (clientNetwork !== '' && !NETWORK_FORMAT.test(clientNetwork)) throw new IdentityRefused('malformed')
    const identity = identityFrom({
      userId: read('userId'),
      deviceId: read('deviceId'),
      sessionId: read('sessionId'),
      adminId: read('adminId'),
      adminRoles: read('adminRoles'),
    })
    if (Math.abs(clock.now() - Number(timestamp)) > maxSkewMs) throw new IdentityRefused('stale')

    const fields = { ...fieldsOf(identity), subgraph, clientNetwork, requestId, nonce, timestamp }
    const given = Buffer.from(signature, 'hex')
    let good = false
    // All secrets are always tried, so that the timing does not show which one fits.
    for (const secret of secrets) if (timingSafeEqual(given, macOf(secret, fields, body))) good = true
    if (!good) throw new IdentityRefused('forged')
    if (!takeNumber(signer, Number(number))) throw new IdentityRefused('replayed')
    return { identity, clientNetwork: clientNetwork === '' ? null : clientNetwork }
  }
}

/** Accepts all headers of one kind of identity and none of another; throws otherwise. */
function identityFrom(fields: IdentityFields): Identity {
  const { userId, deviceId, sessionId, adminId, adminRoles } = fields
  const user = [userId, deviceId, sessionId]
  const asUser = user.some((id) => id !== '')
  if (asUser) {
    if (adminId !== '' || adminRoles !== '' || !user.every((id) => ID_FORMAT.test(id)))
      throw new IdentityRefused('malformed')
    return { kind: 'user', userId, deviceId, sessionId }
  }
  if (adminId === '') {
    if (adminRoles !== '') throw new IdentityRefused('malformed')
    return { kind: 'anonymous' }
  }
  const roles = adminRoles === '' ? [] : adminRoles.split(',')
  if (!ID_FORMAT.test(adminId) || roles.length > MAX_ROLES || !roles.every((role) => ROLE_FORMAT.test(role)))
    throw new IdentityRefused('malformed')
  return { kind: 'admin', adminId, roles }
}
