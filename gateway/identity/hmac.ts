import { createHmac, hash, timingSafeEqual } from 'node:crypto'

export interface SignedParts {
  /** `WS` for a socket. */
  readonly method: string
  /** Path and query as the client wrote them; no `?` if there is no query. */
  readonly target: string
  readonly sessionId: string
  readonly timestamp: string
  readonly nonce: string
  /** The raw bytes; empty for GET and `WS`. */
  readonly body: Uint8Array
}

/**
 * The text that a client signs (docs/signing.md). No part can contain a line feed: the formats of session id,
 * timestamp and nonce were checked, and an HTTP parser accepts none in method and target.
 */
export function canonicalText({ method, target, sessionId, timestamp, nonce, body }: SignedParts): string {
  return [method, target, sessionId, timestamp, nonce, hash('sha256', body, 'hex')].join('\n')
}

/** Compares in constant time. `signature` is 64 hexadecimal digits. */
export function signatureFits(key: Uint8Array, parts: SignedParts, signature: string): boolean {
  const expected = createHmac('sha256', key).update(canonicalText(parts)).digest()
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'))
}
