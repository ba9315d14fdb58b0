import type { Log } from './types.ts'

/**
 * Runs a handler of an emitter or a timer. Node ends the process for what such a handler throws, and with it every
 * connection: so a fault of one is logged, and `failed` ends what it was for.
 */
export function safely(log: Log, what: string, run: () => void, failed?: () => void): void {
  try {
    run()
  } catch (error) {
    log.error('A handler failed.', { what, error })
    if (failed) safely(log, `what follows the failure of ${what}`, failed)
  }
}
