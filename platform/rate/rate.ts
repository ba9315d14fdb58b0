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
