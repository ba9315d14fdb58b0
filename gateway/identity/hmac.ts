import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export interface SignedParts {
  /** `WS` for a socket. */
  readonly method: string
  /** Path and query as the client wrote them; no `?` where there is no query. */
  readonly target: string
  readonly sessionId: string
  readonly timestamp: string
  readonly nonce: string
  /** The raw bytes; empty for GET and `WS`. */
  readonly body: Uint8Array
}

/**
 * The text that a client signs (docs/signing.md). No part can hold a line feed: session id, timestamp and nonce had
 * their formats checked, an HTTP parser lets none into method and target.
 */
export function canonicalText({ method, target, sessionId, timestamp, nonce, body }: SignedParts): string {
  return [method, target, sessionId, timestamp, nonce, createHash('sha256').update(body).digest('hex')].join('\n')
}

/** Compares in constant time. `signature` is 64 hexadecimal digits. */
export function signatureFits(key: Uint8Array, parts: SignedParts, signature: string): boolean {
  const expected = createHmac('sha256', key).update(canonicalText(parts)).digest()
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'))
}
