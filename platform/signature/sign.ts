import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock/clock.ts'
import {
  checkSecret,
  fieldsOf,
  ID_FORMAT,
  IDENTITY_HEADERS,
  macOf,
  MAX_ROLES,
  NETWORK_FORMAT,
  REQUEST_ID_FORMAT,
  ROLE_FORMAT,
} from './canonical.ts'
import type { Identity } from './identity.ts'

export interface SignerOptions {
  /** Shared by the gateway and the subgraphs, at least 32 characters. Never logged. */
  readonly secret: string
  readonly clock: Clock
  /** For tests: 22 characters of [A-Za-z0-9_-]. The default is random. */
  readonly name?: string
}

/** One request to one subgraph. */
export interface SignedCall {
  readonly identity: Identity
  /** The subgraph's own name: a subgraph with another name refuses the request. */
  readonly subgraph: string
  /** The client's IPv4 address or IPv6 network, if known. */
  readonly clientNetwork?: string
  readonly requestId: string
  /**
   * Over HTTP the exact bytes of the body. On a shared socket and in-process it is `JSON.stringify({ query,
   * operationName, variables })` of the request, and the headers are in `extensions.headers`.
   */
  readonly body: string | Uint8Array
}

/**
 * Throws a TypeError for a value that no header can carry. A signature is valid for one request: a retry needs a new
 * one.
 */
export type Sign = (call: SignedCall) => Record<string, string>

const IN_HEADERS = ['userId', 'deviceId', 'sessionId', 'adminId', 'adminRoles', 'clientNetwork', 'requestId'] as const

/**
 * Makes the headers by which a subgraph verifies that the request comes from the gateway, for this identity, and for
 * the first time.
 */
export function makeSigner({ secret, clock, name = randomBytes(16).toString('base64url') }: SignerOptions): Sign {
  checkSecret(secret)
  /** A counter per subgraph, so that each sees numbers without gaps. */
  const signed = new Map<string, number>()

  return ({ identity, subgraph, clientNetwork = '', requestId, body }) => {
    checkFormat(identity)
    if (!ID_FORMAT.test(subgraph))
      throw new TypeError('The name of a subgraph must be 1 to 128 visible ASCII characters.')
    if (clientNetwork !== '' && !NETWORK_FORMAT.test(clientNetwork))
      throw new TypeError('The network of a client must be an IPv4 address or an IPv6 network.')
    if (!REQUEST_ID_FORMAT.test(requestId))
      throw new TypeError('The id of a request must be 8 to 80 characters of [A-Za-z0-9_.-].')
    const number = (signed.get(subgraph) ?? 0) + 1
    signed.set(subgraph, number)
    const fields = {
      ...fieldsOf(identity),
      subgraph,
      clientNetwork,
      requestId,
      nonce: `${name}.${number}`,
      timestamp: String(Math.trunc(clock.now())),
    }
    const headers: Record<string, string> = {}
    for (const field of IN_HEADERS) if (fields[field] !== '') headers[IDENTITY_HEADERS[field]] = fields[field]
    headers[IDENTITY_HEADERS.nonce] = fields.nonce
    headers[IDENTITY_HEADERS.timestamp] = fields.timestamp
    headers[IDENTITY_HEADERS.signature] = macOf(secret, fields, body).toString('hex')
    return headers
  }
}

function checkFormat(identity: Identity): void {
  const ids =
    identity.kind === 'user'
      ? [identity.userId, identity.deviceId, identity.sessionId]
      : identity.kind === 'admin'
        ? [identity.adminId]
        : []
  if (!ids.every((id) => ID_FORMAT.test(id)))
    throw new TypeError('An id of an identity must be 1 to 128 visible ASCII characters.')
  if (identity.kind !== 'admin') return
  if (identity.roles.length > MAX_ROLES || !identity.roles.every((role) => ROLE_FORMAT.test(role)))
    throw new TypeError(`An admin must have at most ${MAX_ROLES} roles of 1 to 64 characters of [A-Za-z0-9_.:/-].`)
}
