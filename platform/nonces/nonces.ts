/**
 * Remembers which nonces a session has used. `take` is true for exactly one of any number of concurrent calls with the
 * same pair, and false for every other until `ttlSeconds` have passed. Rejects when the server is away.
 */
export interface NonceGuard extends AsyncDisposable {
  take(sessionId: string, nonce: string, ttlSeconds: number): Promise<boolean>
  /**
   * Since when it remembers, Unix ms, as of the last `take` that resolved: what was taken before may be forgotten, because a
   * process or a server started anew. `-Infinity` for one that never forgets.
   */
  bornMs(): number
}

/** A guard that never forgets: it keeps what the other would lose. */
export interface DurableNonceGuard extends NonceGuard {
  /** Whether it keeps anything whose time is not over. */
  holdsAny(): Promise<boolean>
}
