import { createHmac } from 'node:crypto'

/**
 * The headers by which an operator's program knows that a call is from this server: `X-Parley-Signature` =
 * hex(HMAC-SHA256(secret, TIMESTAMP \n body)), `X-Parley-Timestamp` in Unix ms, and `X-Parley-Delivery`, the same for all
 * tries of one delivery.
 */
export function signedHeaders(secret: string, body: string, deliveryId: string, now: number): Record<string, string> {
  const timestamp = String(now)
  return {
    'content-type': 'application/json',
    'x-parley-delivery': deliveryId,
    'x-parley-timestamp': timestamp,
    'x-parley-signature': createHmac('sha256', secret).update(`${timestamp}\n${body}`).digest('hex'),
  }
}
