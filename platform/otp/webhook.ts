import { createHmac } from 'node:crypto'
import { request } from 'undici'
import type { Clock } from '../clock/clock.ts'
import type { OtpSender } from './otp.ts'

/** A slower carrier counts as down; the person requests a new password. */
const TIMEOUT_MS = 10_000

export interface WebhookOtpOptions {
  readonly url: string
  /** Signs each call, so that the receiver can refuse codes from anybody else. */
  readonly secret: string
  readonly clock: Clock
}

/**
 * Posts `{ to, code, expiresAt }` as JSON to the operator's own service for mail and text messages, with
 * `X-Parley-Timestamp` (Unix ms) and `X-Parley-Signature` = hex(HMAC-SHA256(secret, TIMESTAMP \n body)). Any 2xx
 * answer means accepted; any other answer rejects, and the error contains neither the code nor the answer's text.
 */
export function makeWebhookOtp({ url, secret, clock }: WebhookOtpOptions): OtpSender {
  return {
    async send({ to, code, expiresAt }) {
      const body = JSON.stringify({ to, code, expiresAt: expiresAt.toISOString() })
      const timestamp = String(clock.now())
      const signature = createHmac('sha256', secret).update(`${timestamp}\n${body}`).digest('hex')
      const response = await request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-parley-timestamp': timestamp,
          'x-parley-signature': signature,
        },
        body,
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
      })
      await response.body.dump()
      if (response.statusCode < 200 || response.statusCode > 299) {
        throw new Error(`The OTP webhook answered ${response.statusCode}.`)
      }
    },
  }
}
