/**
 * Remembers which nonces a session has used. `take` is true for exactly one of any number of concurrent calls with the
 * same pair, and false for every other until `ttlSeconds` have passed. Rejects when the server is away.
 */
export interface NonceGuard extends AsyncDisposable {
  take(sessionId: string, nonce: string, ttlSeconds: number): Promise<boolean>
}
