import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'
import type { Identity } from './identity.ts'

/** The signed headers, in lower case as Node gives them. Other `x-gateway-*` headers have no meaning. */
export const IDENTITY_HEADERS = {
  userId: 'x-gateway-user-id',
  deviceId: 'x-gateway-device-id',
  sessionId: 'x-gateway-session-id',
  adminId: 'x-gateway-admin-id',
  adminRoles: 'x-gateway-admin-roles',
  /** The client's network: the key of limits per address. */
  clientNetwork: 'x-gateway-client-network',
  /** `<signer>.<number>`, so that each signature is accepted once (replays.ts). */
  nonce: 'x-gateway-nonce',
  timestamp: 'x-gateway-timestamp',
  signature: 'x-gateway-signature',
  /** The request's id in the logs of both sides. */
  requestId: 'x-request-id',
} as const

/**
 * Maximum age and lead of a signature. Hosts of one deployment have synchronised clocks, and a stolen request soon
 * expires.
 */
export const MAX_SKEW_MS = 60_000

/**
 * Visible ASCII: passes every HTTP stack unchanged, and cannot contain the line feed that separates the signed fields.
 */
export const ID_FORMAT = /^[\x21-\x7e]{1,128}$/
/** An IPv4 address, or an IPv6 network: `2001:db8:1:2::/64`. */
export const NETWORK_FORMAT = /^[0-9a-f.:/]{1,64}$/
/** 128 random bits of the signer, and the number of its signatures for the same subgraph. */
export const NONCE_FORMAT = /^([\w-]{22})\.(\d{1,15})$/
export const REQUEST_ID_FORMAT = /^[\w.-]{8,80}$/
/** No comma, which separates roles in their header. */
export const ROLE_FORMAT = /^[\w.:/-]{1,64}$/
/** Limits the header; a token with more roles is refused when it is read. */
export const MAX_ROLES = 32

/** A shorter secret could be guessed, or is a placeholder. */
const MIN_SECRET_LENGTH = 32

export function checkSecret(secret: string): string {
  if (secret.length < MIN_SECRET_LENGTH)
    throw new TypeError(`A secret that signs identities needs at least ${MIN_SECRET_LENGTH} characters.`)
  return secret
}

/** The identity in headers; an empty text means absent. */
export interface IdentityFields {
  readonly userId: string
  readonly deviceId: string
  readonly sessionId: string
  readonly adminId: string
  readonly adminRoles: string
}

/** Everything that is signed except the body. */
export interface SignedFields extends IdentityFields {
  /** The name of the subgraph that gets the request. It is in no header, because each side knows it. */
  readonly subgraph: string
  readonly clientNetwork: string
  readonly requestId: string
  readonly nonce: string
  readonly timestamp: string
}

const ANONYMOUS: IdentityFields = { userId: '', deviceId: '', sessionId: '', adminId: '', adminRoles: '' }

export function fieldsOf(identity: Identity): IdentityFields {
  switch (identity.kind) {
    case 'anonymous':
      return ANONYMOUS
    case 'user':
      return { ...ANONYMOUS, userId: identity.userId, deviceId: identity.deviceId, sessionId: identity.sessionId }
    case 'admin':
      return { ...ANONYMOUS, adminId: identity.adminId, adminRoles: identity.roles.join(',') }
  }
}

/** Keys by their secret: a process has one, and a second one while they are rotated. Made once, since that costs a MAC. */
const keys = new Map<string, KeyObject>()

function keyOf(secret: string): KeyObject {
  let key = keys.get(secret)
  if (!key) {
    key = createSecretKey(secret, 'utf8')
    keys.set(secret, key)
  }
  return key
}

/**
 * HMAC-SHA256 over one line per field. No field can contain a line feed (both sides check the formats above), so two
 * different requests never have the same text. The first line separates it from other uses of the secret.
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
    hash('sha256', body, 'hex'),
  ]
  return createHmac('sha256', keyOf(secret)).update(lines.join('\n')).digest()
}
