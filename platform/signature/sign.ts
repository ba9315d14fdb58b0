import { checkSecret, fieldsOf, ID_FORMAT, IDENTITY_HEADERS, macOf, MAX_ROLES, ROLE_FORMAT } from './canonical.ts'
import type { Identity } from './identity.ts'

export interface SignOptions {
  /** Shared by the gateway and the subgraphs, at least 32 characters. Never logged. */
  readonly secret: string
  /** Unix ms. */
  readonly now: number
}

/**
 * The headers by which a subgraph knows that the gateway asks, and for whom. `body`: for HTTP the exact bytes sent; on a
 * shared socket and in-process `JSON.stringify({ query, operationName, variables })` of the request, the headers then
 * stand in `extensions.headers`. Throws a TypeError for an identity that no header can carry.
 */
export function signIdentity(
  identity: Identity,
  body: string | Uint8Array,
  { secret, now }: SignOptions,
): Record<string, string> {
  checkFormat(identity)
  const fields = fieldsOf(identity)
  const timestamp = String(Math.trunc(now))
  const headers: Record<string, string> = {}
  for (const name of ['userId', 'deviceId', 'sessionId', 'adminId', 'adminRoles'] as const)
    if (fields[name] !== '') headers[IDENTITY_HEADERS[name]] = fields[name]
  headers[IDENTITY_HEADERS.timestamp] = timestamp
  headers[IDENTITY_HEADERS.signature] = macOf(checkSecret(secret), fields, timestamp, body).toString('hex')
  return headers
}

function checkFormat(identity: Identity): void {
  const ids =
    identity.kind === 'user'
      ? [identity.userId, identity.deviceId, identity.sessionId]
      : identity.kind === 'admin'
        ? [identity.adminId]
        : []
  if (!ids.every((id) => ID_FORMAT.test(id)))
    throw new TypeError('An id of an identity is 1 to 128 visible ASCII characters.')
  if (identity.kind !== 'admin') return
  if (identity.roles.length > MAX_ROLES || !identity.roles.every((role) => ROLE_FORMAT.test(role)))
    throw new TypeError(`An admin has at most ${MAX_ROLES} roles of 1 to 64 characters of [A-Za-z0-9_.:/-].`)
}
