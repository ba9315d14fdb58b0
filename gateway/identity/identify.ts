import type { Clock } from '../../platform/clock/clock.ts'
import type { SessionProof, Session } from '../../platform/sessions/sessions.ts'
import type { Identity } from '../../platform/signature/identity.ts'
import type { IncomingRequest } from '../core/types.ts'
import { type Code, Refusal } from '../errors.ts'
import type { VerifyAdmin } from './admin-jwt.ts'
import { type Credentials, parseCredentials } from './credentials.ts'
import { signatureFits } from './hmac.ts'
import type { TakeNonce } from './nonces.ts'
import { rateKeyOf } from '../policy/address.ts'
import type { FindSession } from './sessions.ts'
import { MAX_SKEW_MS } from './skew.ts'
import type { SessionUse } from './use.ts'

/** The identity of a client, and until when it is valid. */
export interface Identified {
  readonly identity: Identity
  /** Unix ms; null means no expiry, which only an anonymous client has. */
  readonly expiresAtMs: number | null
}

export interface IdentifyDeps {
  readonly findSession: FindSession
  readonly takeNonce: TakeNonce
  /** Is told which sessions are used. */
  readonly use?: Pick<SessionUse, 'seen' | 'usedAfterEnd'>
  /** Null if there are no admins. */
  readonly verifyAdmin: VerifyAdmin | null
  readonly clock: Clock
  /**
   * May refuse because of a rate. A signed request is checked before its nonce is taken, so a refused one can be sent
   * again.
   */
  readonly limit: {
    identity(identity: Identity, address: string): Promise<void>
    /** Called for a request without credentials, with its size. */
    anonymous(address: string, bytes: number): Promise<void>
    /** Called before PostgreSQL is asked for a session that is not cached. */
    lookup(address: string): Promise<void>
  }
}

export interface IdentifyOptions {
  /** The path prefix that a proxy removed. Clients signed the full path, so it is put back. */
  readonly pathPrefix?: string
}

/** A request in a session that was ended before its time. */
const ENDED_CODES: readonly string[] = ['SESSION_REVOKED', 'SESSION_REPLACED'] satisfies Code[]

export type Identify = (request: IncomingRequest, address: string) => Promise<Identified>

/**
 * Identifies every client, over every transport: HTTP, SSE and multipart by headers, graphql-ws by connection_init's
 * payload. A client without credentials is anonymous; invalid credentials are a Refusal with a code.
 *
 * The order matters: formats, session, timestamp, signature. Only the holder of a session's key gets to the user's
 * rate and to the nonce, so that guesses fill no store. The nonce is last: of two identical requests at the same time,
 * exactly one passes it.
 */
export function makeIdentify(deps: IdentifyDeps, { pathPrefix = '' }: IdentifyOptions = {}): Identify {
  const { findSession, takeNonce, use, verifyAdmin, clock, limit } = deps

  async function identifySigned(
    request: IncomingRequest,
    address: string,
    credentials: Extract<Credentials, { kind: 'signed' }>,
  ): Promise<Identified> {
    const { sessionId, timestamp, nonce, signature } = credentials
    const { method, body } = request
    const target = pathPrefix + request.target

    const isTimely = () => Math.abs(clock.now() - Number(timestamp)) <= MAX_SKEW_MS
    const isSigned = ({ hmacKey }: Session) =>
      signatureFits(hmacKey, { method, target, sessionId, timestamp, nonce, body }, signature)

    let isCharged = false
    /** Null if the session is no longer as it was remembered: then nothing was taken. */
    const admit = async (session: Session, proof?: SessionProof): Promise<Identified | null> => {
      const { userId, deviceId } = session
      const identity = { kind: 'user', userId, deviceId, sessionId } as const
      if (!isCharged) await limit.identity(identity, address)
      isCharged = true
      const taken = await takeNonce(sessionId, nonce, Number(timestamp), proof)
      if (taken === 'stale') return null
      if (taken === 'replayed') throw new Refusal('NONCE_REPLAYED', 'X-Nonce was used before in this session.')
      if (taken === 'forgotten')
        throw new Refusal('TIMESTAMP_STALE', 'X-Timestamp is from before a restart of the server: sign again.', {
          serverTimeMs: clock.now(),
        })
      use?.seen(sessionId)
      return { identity, expiresAtMs: session.expiresAtMs }
    }

    // The usual case: the session is known here, and one round trip checks that it is unchanged and takes the nonce.
    // Every other one goes the long way, so that a session that has ended answers as such.
    const known = findSession.remembered(sessionId)
    const admitted = known && isTimely() && isSigned(known) ? await admit(known, known.proof) : null
    if (admitted) return admitted

    const session = await findSession(sessionId, () => limit.lookup(address)).catch((error: unknown) => {
      if (error instanceof Refusal && ENDED_CODES.includes(error.extensions.code))
        use?.usedAfterEnd(sessionId, rateKeyOf(address))
      throw error
    })
    if (!isTimely())
      throw new Refusal('TIMESTAMP_STALE', 'X-Timestamp is more than five minutes off.', { serverTimeMs: clock.now() })
    if (!isSigned(session))
      throw new Refusal('SIGNATURE_INVALID', 'X-Signature does not match the request and the key of the session.')
    const found = await admit(session)
    if (!found) throw new Error('A nonce without a proof cannot be stale.')
    return found
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
        // The document of a GET request is in its target.
        await limit.anonymous(address, request.body.length + request.target.length)
        return { identity, expiresAtMs: null }
      }
    }
  }
}
