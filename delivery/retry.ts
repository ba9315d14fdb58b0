import { type Backoff, backoffMs, pause } from '../platform/backoff.ts'
import type { Log } from '../platform/log/log.ts'

/** The work was given up because its owner stops; it is not done. */
export class Stopped extends Error {
  override name = 'Stopped'
}

/** An event that can never be delivered as it is: a retry would not help. */
export class UnprocessableEvent extends Error {
  override name = 'UnprocessableEvent'
}

/** The pauses between tries of an unreachable service: short enough for a brief failure, long enough for an outage. */
export const OUTAGE: Backoff = { firstMs: 20, mostMs: 2_000 }

export interface RetryOptions {
  readonly signal: AbortSignal
  readonly log: Log
  /** Whether an error may be temporary; others are thrown. Default: all may. */
  readonly mayPass?: (error: unknown) => boolean
  readonly backoff?: Backoff
  /** Called for each error that is retried. */
  readonly onFailure?: () => void
}

/** Runs `work` until it succeeds. Throws `Stopped` when the signal is aborted, and errors that are not temporary. */
export async function retryForever<T>(what: string, work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, log, mayPass = () => true, backoff = OUTAGE } = options
  for (let attempt = 1; ; attempt++) {
    if (signal.aborted) throw new Stopped(`Stopped while it tried to ${what}.`)
    try {
      const result = await work()
      if (attempt > 1) log.info(`Could ${what} again.`, { attempts: attempt })
      return result
    } catch (error) {
      if (error instanceof Stopped || !mayPass(error)) throw error
      options.onFailure?.()
      // Logs the first failure, and then at each doubling: an outage of an hour logs a dozen lines.
      if (!signal.aborted && Number.isInteger(Math.log2(attempt)))
        log.warn(`Could not ${what}: retrying.`, { attempt, error })
    }
    await pause(backoffMs(attempt, backoff), signal)
  }
}

/**
 * SQLSTATE classes that concern the values in a statement and not the server: data exceptions, violated constraints,
 * an exception that a function raised, a value above a program limit. All others (connection, resources, shutdown, a
 * schema that is not migrated yet) have nothing to do with the event.
 */
const ABOUT_VALUES = /^(22|23|54|P0)[0-9A-Z]{3}$/

/** Whether a failed statement is caused by the event: only then may the event be parked. */
export function isAboutValues(error: unknown): boolean {
  if (error instanceof UnprocessableEvent) return true
  const code = (error as { code?: unknown } | null)?.code
  if (typeof code === 'string') return ABOUT_VALUES.test(code)
  // Errors of our own code about the event have no code. Outages have codes or causes.
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError
}
