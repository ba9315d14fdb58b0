import { createHash, createHmac } from 'node:crypto'
import type { Identity } from './identity.ts'

/** The headers of an identity, lower-case as Node gives them. Other `x-gateway-*` headers mean nothing to anybody. */
export const IDENTITY_HEADERS = {
  userId: 'x-gateway-user-id',
  deviceId: 'x-gateway-device-id',
  sessionId: 'x-gateway-session-id',
  adminId: 'x-gateway-admin-id',
  adminRoles: 'x-gateway-admin-roles',
  timestamp: 'x-gateway-timestamp',
  signature: 'x-gateway-signature',
} as const

/** How old or how far ahead a signature may be. Hosts of one deployment keep time; a stolen request dies with it. */
export const MAX_SKEW_MS = 60_000

/** Visible ASCII: survives every HTTP stack unchanged and cannot hold the line feed that parts the signed fields. */
export const ID_FORMAT = /^[\x21-\x7e]{1,128}$/
/** No comma, which parts roles in their header. */
export const ROLE_FORMAT = /^[\w.:/-]{1,64}$/
/** Bounds the header; a token with more roles is refused where it is read. */
export const MAX_ROLES = 32

/** Fewer characters could be guessed, or are a placeholder. */
const MIN_SECRET_LENGTH = 32

export function checkSecret(secret: string): string {
  if (secret.length < MIN_SECRET_LENGTH)
    throw new TypeError(`A secret that signs identities needs at least ${MIN_SECRET_LENGTH} characters.`)
  return secret
}

/** The headers that say who asks, in the order in which they are signed; empty text stands for "not there". */
export interface IdentityFields {
  readonly userId: string
  readonly deviceId: string
  readonly sessionId: string
  readonly adminId: string
  readonly adminRoles: string
}

const NOBODY: IdentityFields = { userId: '', deviceId: '', sessionId: '', adminId: '', adminRoles: '' }

export function fieldsOf(identity: Identity): IdentityFields {
  switch (identity.kind) {
    case 'anonymous':
      return NOBODY
    case 'user':
      return { ...NOBODY, userId: identity.userId, deviceId: identity.deviceId, sessionId: identity.sessionId }
    case 'admin':
      return { ...NOBODY, adminId: identity.adminId, adminRoles: identity.roles.join(',') }
  }
}

/**
 * HMAC-SHA256 over one line per field. No field may hold a line feed (both sides check the formats above), so two
 * identities never share a text; the first line keeps it apart from whatever else a secret might sign.
 */
export function macOf(secret: string, fields: IdentityFields, timestamp: string, body: string | Uint8Array): Buffer {
  const lines = [
    'parley-identity-1',
    fields.userId,
    fields.deviceId,
    fields.sessionId,
    fields.adminId,
    fields.adminRoles,
    timestamp,
    createHash('sha256').update(body).digest('hex'),
  ]
  return createHmac('sha256', secret).update(lines.join('\n')).digest()
}
