/** A token bucket: `burst` tokens at once, then `perSecond` on average. */
export interface Bucket {
  readonly burst: number
  readonly perSecond: number
}

export type Verdict = { readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number }

/**
 * Takes tokens from a bucket, atomically across all processes. Rejects while the server is down: the caller decides
 * what that means. `tokens` defaults to one; they are taken all or none. More than the bucket's burst is a RangeError.
 */
export interface RateLimiter extends AsyncDisposable {
  take(key: string, bucket: Bucket, tokens?: number): Promise<Verdict>
}

/** A bucket that holds no token, or never fills, is a mistake in the caller's configuration. */
export function assertBucket({ burst, perSecond }: Bucket, tokens: number): void {
  if (!(burst >= 1 && perSecond > 0 && Number.isFinite(burst) && Number.isFinite(perSecond)))
    throw new RangeError(`A bucket must have burst >= 1 and perSecond > 0, not ${burst} and ${perSecond}.`)
  if (!(tokens > 0 && tokens <= burst))
    throw new RangeError(
      `The tokens taken from a bucket of ${burst} must be above 0 and at most ${burst}, not ${tokens}.`,
    )
}
