import type { Clock } from '../../platform/clock/clock.ts'
import type { Identity } from '../../platform/signature/identity.ts'
import type { IncomingRequest } from '../core/types.ts'
import { Refusal } from '../errors.ts'
import type { VerifyAdmin } from './admin-jwt.ts'
import { type Credentials, parseCredentials } from './credentials.ts'
import { signatureFits } from './hmac.ts'
import type { TakeNonce } from './nonces.ts'
import type { FindSession } from './sessions.ts'
import { MAX_SKEW_MS } from './skew.ts'

/** Who asks, and until when that is true. */
export interface Identified {
  readonly identity: Identity
  /** Unix ms; null for ever, which only an anonymous client has. */
  readonly expiresAtMs: number | null
}

export interface IdentifyDeps {
  readonly findSession: FindSession
  readonly takeNonce: TakeNonce
  /** Null where there are no admins. */
  readonly verifyAdmin: VerifyAdmin | null
  readonly clock: Clock
  /** May refuse by rate. For signed requests it runs before the nonce is taken: a refused one can be sent again. */
  readonly limit: {
    identity(identity: Identity, address: string): Promise<void>
    /** Before PostgreSQL is asked for a session that is not cached. */
    lookup(address: string): Promise<void>
  }
}

export interface IdentifyOptions {
  /** What a proxy cut off the path: clients signed it, so it is put back. */
  readonly pathPrefix?: string
}

export type Identify = (request: IncomingRequest, address: string) => Promise<Identified>

/**
 * The one way in, for every transport: HTTP, SSE and multipart by headers, graphql-ws by connection_init's payload. No
 * credentials at all is anonymous; whatever else is not wholly right is a Refusal with a code of its own.
 *
 * The order matters. Formats, then the session, then the timestamp, then the signature: only who holds a session's key
 * gets further, to the rate of that user and to the nonce, so that guessing fills no store. Last the nonce: two
 * identical requests at once pass everything before it, and one of them passes it.
 */
export function makeIdentify(deps: IdentifyDeps, { pathPrefix = '' }: IdentifyOptions = {}): Identify {
  const { findSession, takeNonce, verifyAdmin, clock, limit } = deps

  async function identifySigned(
    request: IncomingRequest,
    address: string,
    credentials: Extract<Credentials, { kind: 'signed' }>,
  ): Promise<Identified> {
    const { sessionId, timestamp, nonce, signature } = credentials
    const session = await findSession(sessionId, () => limit.lookup(address))
    const now = clock.now()
    if (Math.abs(now - Number(timestamp)) > MAX_SKEW_MS)
      throw new Refusal('TIMESTAMP_STALE', 'X-Timestamp is more than five minutes off.', { serverTimeMs: now })
    const { method, body } = request
    const target = pathPrefix + request.target
    if (!signatureFits(session.hmacKey, { method, target, sessionId, timestamp, nonce, body }, signature))
      throw new Refusal('SIGNATURE_INVALID', 'X-Signature does not fit the request and the key of the session.')
    const { userId, deviceId } = session
    const identity = { kind: 'user', userId, deviceId, sessionId } as const
    await limit.identity(identity, address)
    const taken = await takeNonce(sessionId, nonce, Number(timestamp))
    if (taken === 'replayed') throw new Refusal('NONCE_REPLAYED', 'X-Nonce was used before in this session.')
    if (taken === 'forgotten')
      throw new Refusal('TIMESTAMP_STALE', 'X-Timestamp is from before a restart here: sign anew.', {
        serverTimeMs: now,
      })
    return { identity, expiresAtMs: session.expiresAtMs }
  }

  async function identifyAdmin(address: string, token: string): Promise<Identified> {
    if (!verifyAdmin) throw new Refusal('TOKEN_INVALID', 'The token is not valid here.')
    const verified = await verifyAdmin(token)
    await limit.identity(verified.identity, address)
    return verified
  }

  return async (request, address) => {
    const credentials = parseCredentials(request)
    switch (credentials.kind) {
      case 'signed':
        return identifySigned(request, address, credentials)
      case 'bearer':
        return identifyAdmin(address, credentials.token)
      case 'none': {
        const identity = { kind: 'anonymous' } as const
        await limit.identity(identity, address)
        return { identity, expiresAtMs: null }
      }
    }
  }
}
