import { createHash, createHmac } from 'node:crypto'
import type { Identity } from './identity.ts'

/** The headers that are signed, lower-case as Node gives them. Other `x-gateway-*` headers mean nothing to anybody. */
export const IDENTITY_HEADERS = {
  userId: 'x-gateway-user-id',
  deviceId: 'x-gateway-device-id',
  sessionId: 'x-gateway-session-id',
  adminId: 'x-gateway-admin-id',
  adminRoles: 'x-gateway-admin-roles',
  /** From where the client came: what limits per address are counted by. */
  clientNetwork: 'x-gateway-client-network',
  /** `<signer>.<number>`, so that each signature is taken once (replays.ts). */
  nonce: 'x-gateway-nonce',
  timestamp: 'x-gateway-timestamp',
  signature: 'x-gateway-signature',
  /** The request's name in the logs of both sides. */
  requestId: 'x-request-id',
} as const

/** How old or how far ahead a signature may be. Hosts of one deployment keep time; a stolen request dies with it. */
export const MAX_SKEW_MS = 60_000

/** Visible ASCII: survives every HTTP stack unchanged and cannot hold the line feed that parts the signed fields. */
export const ID_FORMAT = /^[\x21-\x7e]{1,128}$/
/** An address of IPv4, or an IPv6 network: `2001:db8:1:2::/64`. */
export const NETWORK_FORMAT = /^[0-9a-f.:/]{1,64}$/
/** 128 random bits of the signer, and how many it signed before for the same subgraph. */
export const NONCE_FORMAT = /^([\w-]{22})\.(\d{1,15})$/
export const REQUEST_ID_FORMAT = /^[\w.-]{8,80}$/
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

/** Who asks, as the headers say it; empty text stands for "not there". */
export interface IdentityFields {
  readonly userId: string
  readonly deviceId: string
  readonly sessionId: string
  readonly adminId: string
  readonly adminRoles: string
}

/** Everything that is signed but the body. */
export interface SignedFields extends IdentityFields {
  /** The name of the subgraph that is asked. No header carries it: each side knows it. */
  readonly subgraph: string
  readonly clientNetwork: string
  readonly requestId: string
  readonly nonce: string
  readonly timestamp: string
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
 * requests never share a text; the first line keeps it apart from whatever else a secret might sign.
 */
export function macOf(secret: string, fields: SignedFields, body: string | Uint8Array): Buffer {
  const lines = [
    'parley-identity-2',
    fields.subgraph,
    fields.userId,
    fields.deviceId,
    fields.sessionId,
    fields.adminId,
    fields.adminRoles,
    fields.clientNetwork,
    fields.requestId,
    fields.nonce,
    fields.timestamp,
    createHash('sha256').update(body).digest('hex'),
  ]
  return createHmac('sha256', secret).update(lines.join('\n')).digest()
}
