import { setTimeout as delay } from 'node:timers/promises'

export interface Backoff {
  readonly firstMs: number
  readonly mostMs: number
}

/**
 * The pause before attempt number `attempt` (from 1). It doubles up to `mostMs`, and a random part of up to half is
 * subtracted, so that not all processes retry at once.
 */
export function backoffMs(attempt: number, { firstMs, mostMs }: Backoff): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(attempt - 1, 30)) * (0.5 + Math.random() / 2)
}

/** Resolves after `ms`, or at once when `signal` is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {})
}
