import { request, type Dispatcher } from 'undici'
import { startDeadline } from '../deadline.ts'
import { UnavailableError } from '../unavailable.ts'
import { RetryLaterError } from './push.ts'

/** How long a provider may take for one push. A slower one counts as down: it may have the push, and gets it again. */
const TIMEOUT_MS = 10_000
/** Maximum characters of an answer that are read: errors are some hundred. The rest is dropped. */
const MAX_ANSWER = 4_096
/** Maximum pause that a provider may ask for. A longer one is cut, so that no push waits for a wrong clock. */
const MAX_PAUSE_MS = 15 * 60_000

export interface Post {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
  readonly dispatcher?: Dispatcher | undefined
  /** Default 10 s. */
  readonly timeoutMs?: number
}

export interface Answer {
  readonly status: number
  /** At most `MAX_ANSWER` characters. It may name the token: it must not be logged. */
  readonly text: string
  readonly retryAfter: string | null
}

/**
 * Posts, without following redirects. Rejects with an `UnavailableError` if no answer came in time. Its message has neither the URL
 * nor anything that was sent: a Web Push endpoint is as good as a password.
 */
export async function post({ url, headers, body, dispatcher, timeoutMs = TIMEOUT_MS }: Post): Promise<Answer> {
  using deadline = startDeadline(timeoutMs)
  const { signal } = deadline
  try {
    const options = { method: 'POST', headers, body, signal, ...(dispatcher && { dispatcher }) } as const
    const response = await request(url, options)
    let text = ''
    for await (const chunk of response.body.setEncoding('utf8')) {
      text += String(chunk)
      if (text.length > MAX_ANSWER) break // which closes the answer
    }
    const after = response.headers['retry-after']
    return {
      status: response.statusCode,
      text: text.slice(0, MAX_ANSWER),
      retryAfter: typeof after === 'string' ? after : null,
    }
  } catch (error) {
    const { code } = error as { code?: unknown }
    const why = signal.aborted ? 'not in time' : `not at all (${typeof code === 'string' ? code : 'no connection'})`
    throw new UnavailableError(`The push provider answered ${why}.`)
  }
}

/** Whether a later try may help: the provider is busy, or broken for a while. */
export const mayPass = ({ status }: Answer): boolean => status === 408 || status === 429 || status >= 500

/** The error for an answer after which a later try may help. */
export function laterError(answer: Answer, now: number): Error {
  const message = `The push provider answered ${answer.status}.`
  const afterMs = pauseOf(answer.retryAfter, now)
  return afterMs === null ? new UnavailableError(message) : new RetryLaterError(message, afterMs)
}

/** `Retry-After` of RFC 9110: seconds or a date. */
function pauseOf(text: string | null, now: number): number | null {
  if (text === null) return null
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), MAX_PAUSE_MS) : null
}
