/** A token bucket: `burst` at once, then `perSecond` on average. */
export interface Bucket {
  readonly burst: number
  readonly perSecond: number
}

export type Verdict = { readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number }

/** Takes one token per call, atomically over all processes. Rejects when the server is away: the caller decides. */
export interface RateLimiter extends AsyncDisposable {
  take(key: string, bucket: Bucket): Promise<Verdict>
}

/** A bucket that holds no token, or never fills, is a mistake in the caller's configuration. */
export function assertBucket({ burst, perSecond }: Bucket): void {
  if (burst >= 1 && perSecond > 0 && Number.isFinite(burst) && Number.isFinite(perSecond)) return
  throw new RangeError(`A bucket needs burst >= 1 and perSecond > 0, not ${burst} and ${perSecond}.`)
}
