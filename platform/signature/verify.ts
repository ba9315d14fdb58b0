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
  /** The subgraph that verifies, by its own name: what was signed for another is refused. */
  readonly subgraph: string
  /** Every secret that is good now: the new one and, while it is being replaced, the old one. */
  readonly secrets: readonly string[]
  readonly clock: Clock
  /** The default is 60 seconds, both ways. */
  readonly maxSkewMs?: number
}

/**
 * `missing`: not from the gateway at all. `malformed`: headers that the gateway does not write. `stale`: too old or too
 * far ahead. `forged`: signed by another secret, for another body, another subgraph or somebody else. `replayed`: taken before.
 */
export type RefusalReason = 'missing' | 'malformed' | 'stale' | 'forged' | 'replayed'

export class IdentityRefused extends Error {
  override name = 'IdentityRefused'
  readonly reason: RefusalReason
  readonly extensions = { code: 'GATEWAY_REQUIRED', http: { status: 401 } } as const

  constructor(reason: RefusalReason) {
    super('Only the gateway may ask here.')
    this.reason = reason
  }
}

/** What the gateway says of a request. */
export interface Verified {
  readonly identity: Identity
  /** From where the client came, for limits; null where the gateway does not know. */
  readonly clientNetwork: string | null
}

export type Verify = (headers: Readonly<Record<string, unknown>>, body: string | Uint8Array) => Verified

/**
 * Says who asks, or throws an `IdentityRefused`, and takes each request once. Headers are lower-case, as Node and the
 * gateway give them; a repeated one, which Node joins by a comma and a space, fits no format. The text of the refusal
 * tells an outsider nothing: `reason` is for the log.
 *
 * What was taken is remembered by this verifier alone, of which a subgraph has one per process. So whoever records a
 * request on the inner network can still send it, within its minute, to each other instance of the same subgraph, and to
 * this one after a restart, once. Where that matters the inner network needs TLS, and a write carries a key of its own.
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
    // Every secret is tried, whichever fits, so that the time says nothing about which.
    for (const secret of secrets) if (timingSafeEqual(given, macOf(secret, fields, body))) good = true
    if (!good) throw new IdentityRefused('forged')
    if (!takeNumber(signer, Number(number))) throw new IdentityRefused('replayed')
    return { identity, clientNetwork: clientNetwork === '' ? null : clientNetwork }
  }
}

/** All headers of one kind of identity and none of another, or a refusal. */
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
