/**
 * Remembers the used nonces of each session. Of any number of concurrent calls with the same pair, `take` is true for
 * exactly one, and false for every other until `ttlSeconds` have passed. Rejects while the server is down.
 */
export interface NonceGuard extends AsyncDisposable {
  take(sessionId: string, nonce: string, ttlSeconds: number): Promise<boolean>
  /**
   * The start of its memory in Unix ms, as of the last resolved `take`: earlier nonces may be forgotten, because a
   * process or a server was restarted. `-Infinity` for a guard that never forgets.
   */
  bornMs(): number
}

/** A guard that never forgets: it keeps the nonces that another guard would lose. */
export interface DurableNonceGuard extends NonceGuard {
  /** Whether it keeps any nonce that has not expired. */
  holdsAny(): Promise<boolean>
}
