/** That an entry of the session cache still has this value. Checked in the round trip that takes a nonce. */
export interface Unchanged {
  readonly key: string
  readonly value: string
  readonly ttlMs: number
}

/**
 * Remembers the used nonces of each session. Of any number of concurrent calls with the same pair, `take` is true for
 * exactly one, and false for every other until `ttlSeconds` have passed. Rejects while the server is down.
 */
export interface NonceGuard extends AsyncDisposable {
  take(sessionId: string, nonce: string, ttlSeconds: number): Promise<boolean>
  /**
   * The same if the session's cache entry is unchanged, whose time it then extends; otherwise takes nothing, and returns
   * `changed`. Only a guard on the server of that cache has it.
   */
  takeIf?(unchanged: Unchanged, sessionId: string, nonce: string, ttlSeconds: number): Promise<boolean | 'changed'>
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
