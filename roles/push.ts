import { startPush } from '../delivery/index.ts'
import type { Platform } from './adapters.ts'
import { makeMeter } from './delivery.ts'

/** Sends the pushes that delivery decided on. */
export function startPushRole({ queue, push, database, log, metrics }: Platform): AsyncDisposable {
  return startPush({ queue, sender: push, database, log: log.with({ role: 'push' }), meter: makeMeter(metrics) })
}
