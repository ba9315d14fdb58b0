export interface Backoff {
  readonly firstMs: number
  readonly mostMs: number
}

/**
 * The pause before try number `attempt` (from 1). It doubles up to `mostMs`, and up to half of it is taken off at random, so that
 * not all processes come back at once.
 */
export function backoffMs(attempt: number, { firstMs, mostMs }: Backoff): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(attempt - 1, 30)) * (0.5 + Math.random() / 2)
}
