import type { IncomingRequest } from '../core/types.ts'
import { Refusal } from '../errors.ts'

/** The unverified claims of a request about its sender, each in its correct format. */
export type Credentials =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'signed'
      readonly sessionId: string
      /** As sent, because the signature covers the text. */
      readonly timestamp: string
      readonly nonce: string
      readonly signature: string
    }
  | { readonly kind: 'bearer'; readonly token: string }

const NAMES = ['authorization', 'x-timestamp', 'x-nonce', 'x-signature'] as const
type Name = (typeof NAMES)[number]

/** A token with the maximum number of roles is far shorter. Stops long values from being parsed, and logged. */
const MAX_HEADER_LENGTH = 4_096

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/
const NONCE = /^[\w-]{8,128}$/
const TIMESTAMP = /^[1-9]\d{0,15}$/
const SIGNATURE = /^[0-9a-fA-F]{64}$/

const malformed = (message: string) => new Refusal('MALFORMED_CREDENTIALS', message)

/**
 * Reads the credentials of a request: over HTTP from its headers, on a socket from the same names in connection_init's
 * payload. Throws MALFORMED_CREDENTIALS for credentials that are not completely of one kind. So a faulty client gets
 * an error instead of being treated as anonymous.
 */
export function parseCredentials(request: IncomingRequest): Credentials {
  const sent = request.method === 'WS' ? fromPayload(request) : fromHeaders(request)
  const { authorization } = sent
  if (authorization === undefined) {
    const stray = NAMES.find((name) => sent[name] !== undefined)
    if (stray) throw malformed(`${stray} was sent without Authorization.`)
    return { kind: 'none' }
  }
  const [, scheme, value] = /^(Session|Bearer) (\S+)$/i.exec(authorization) ?? []
  switch (scheme?.toLowerCase()) {
    case 'session':
      return signed(value ?? '', sent)
    case 'bearer':
      if (NAMES.some((name) => name !== 'authorization' && sent[name] !== undefined))
        throw malformed('A bearer token must be sent without X-Timestamp, X-Nonce and X-Signature.')
      if (!JWT.test(value ?? '')) throw malformed('The bearer token is not a JWT.')
      return { kind: 'bearer', token: value ?? '' }
    default:
      throw malformed('Authorization is neither "Session <id>" nor "Bearer <token>".')
  }
}

function signed(sessionId: string, sent: Sent): Credentials {
  if (!UUID.test(sessionId)) throw malformed('The session id is not a lower-case UUID.')
  const part = (name: Name, format: RegExp, rule: string): string => {
    const value = sent[name]
    if (value === undefined) throw malformed(`${name} is missing.`)
    if (!format.test(value)) throw malformed(`${name} ${rule}.`)
    return value
  }
  return {
    kind: 'signed',
    sessionId,
    timestamp: part('x-timestamp', TIMESTAMP, 'is not Unix time in milliseconds'),
    nonce: part('x-nonce', NONCE, 'is not 8 to 128 characters of [A-Za-z0-9_-]'),
    signature: part('x-signature', SIGNATURE, 'is not 64 hexadecimal digits'),
  }
}

type Sent = { readonly [name in Name]?: string }

function fromHeaders({ headers, rawHeaders }: IncomingRequest): Sent {
  // Node keeps the first of several Authorization headers and joins others; a proxy may read the last.
  for (const name of NAMES) if (countOf(rawHeaders, name) > 1) throw malformed(`${name} was sent more than once.`)
  return pick((name) => headers[name])
}

function fromPayload({ connectionParams = {}, headers }: IncomingRequest): Sent {
  // A client that sends credentials in the upgrade's headers must not be treated as anonymous.
  if (NAMES.some((name) => headers[name] !== undefined))
    throw malformed('On a socket the credentials must be in the payload of connection_init, not in headers.')
  const byName = new Map<string, unknown>()
  for (const [key, value] of Object.entries(connectionParams)) {
    const name = key.toLowerCase()
    if (byName.has(name) && (NAMES as readonly string[]).includes(name))
      throw malformed(`${name} was sent more than once.`)
    byName.set(name, value)
  }
  return pick((name) => byName.get(name))
}

function pick(read: (name: Name) => unknown): Sent {
  const sent: { [name in Name]?: string } = {}
  for (const name of NAMES) {
    const value = read(name)
    if (value === undefined) continue
    if (typeof value !== 'string') throw malformed(`${name} must be a single text.`)
    if (value.length > MAX_HEADER_LENGTH) throw malformed(`${name} is longer than ${MAX_HEADER_LENGTH} characters.`)
    sent[name] = value
  }
  return sent
}

/** `rawHeaders` alternates names and values. */
function countOf(rawHeaders: readonly string[], name: string): number {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === name) count++
  return count
}
