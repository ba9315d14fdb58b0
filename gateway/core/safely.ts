import type { Log } from './types.ts'

/**
 * Runs a handler of an emitter or a timer. An exception in such a handler would end the process, and with it every
 * connection. So it is logged, and `failed` ends only what the handler was for.
 */
export function safely(log: Log, what: string, handler: () => void, failed?: () => void): void {
  try {
    handler()
  } catch (error) {
    log.error('A handler failed.', { what, error })
    if (failed) safely(log, `the failure handling of ${what}`, failed)
  }
}
