import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { request } from 'undici'
import type { Clock } from '../clock/clock.ts'
import { signedHeaders } from '../signed-headers.ts'
import type { OtpSender } from './otp.ts'

/** For all attempts together. A slower carrier counts as down; the person requests a new password. */
const TIMEOUT_MS = 10_000
/** Pauses before the second and the third attempt; there is no fourth. */
const PAUSES_MS = [200, 1_000]

export interface WebhookOtpOptions {
  readonly url: string
  /** Signs each call, so that the receiver can refuse codes from anybody else. */
  readonly secret: string
  readonly clock: Clock
}

/**
 * Posts `{ to, code, expiresAt }` as JSON to the operator's own service for mail and text messages, with
 * `X-Parley-Timestamp` (Unix ms) and `X-Parley-Signature` = hex(HMAC-SHA256(secret, TIMESTAMP \n body)). Any 2xx
 * answer means accepted. After no connection, 429 or 5xx it tries again, twice at most, with the same
 * `X-Parley-Delivery`; any other answer rejects, a redirect too. The error contains neither the code nor the answer's
 * text.
 */
export function makeWebhookOtp({ url, secret, clock }: WebhookOtpOptions): OtpSender {
  /** The status, or a text for no answer. */
  async function post(body: string, deliveryId: string, signal: AbortSignal): Promise<number | string> {
    try {
      const response = await request(url, {
        method: 'POST',
        headers: signedHeaders(secret, body, deliveryId, clock.now()),
        body,
        signal,
      })
      await response.body.dump()
      return response.statusCode
    } catch (error) {
      return signal.aborted ? 'not in time' : `not at all (${(error as { code?: string }).code ?? 'no connection'})`
    }
  }

  return {
    async send({ to, code, expiresAt }) {
      const body = JSON.stringify({ to, code, expiresAt: expiresAt.toISOString() })
      const deliveryId = randomUUID()
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      for (const [attempt, pauseMs] of [...PAUSES_MS, null].entries()) {
        const answer = await post(body, deliveryId, signal)
        if (typeof answer === 'number' && answer >= 200 && answer <= 299) return
        const mayHelp = typeof answer === 'string' || answer === 429 || answer >= 500
        if (pauseMs === null || !mayHelp || signal.aborted)
          throw new Error(`The OTP webhook answered ${answer}${attempt > 0 ? `, after ${attempt + 1} attempts` : ''}.`)
        await delay(pauseMs)
      }
    },
  }
}
