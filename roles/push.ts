import { startPush } from '../delivery/index.ts'
import type { Platform } from './adapters.ts'

/** Sends the pushes that delivery decided on. */
export function startPushRole({ queue, push, database, log }: Platform): AsyncDisposable {
  return startPush({ queue, sender: push, database, log: log.with({ role: 'push' }) })
}
