/** A signed-in device, as the gateway needs it. */
export interface Session {
  readonly sessionId: string
  readonly userId: string
  readonly deviceId: string
  /** `serverHMACKey`: 32 random bytes that belong to this session alone. Never logged. */
  readonly hmacKey: Buffer
  /** Unix ms; the session's last moment, whatever the cache says. */
  readonly expiresAtMs: number
}

/** A session as it was in PostgreSQL at that moment (Unix ms, just before it was read). */
export interface CachedSession extends Session {
  readonly readAtMs: number
}

/**
 * The session cache in front of the view `users.sessions`. Losing it loses nothing.
 * - `get`: the session and slides its time in the cache; `'revoked'` for a tombstone; null when it is not cached.
 * - `unsureUntilMs`: until when the cache may have missed revocations, because it could not be reached; `-Infinity` if never.
 *   A session that was read before is to be read again: the revocation may be on its way to the cache still.
 * - `put`: caches it unless a tombstone says that it was revoked meanwhile (atomically).
 * - `revoke`: removes it and leaves a tombstone that outlives any `put` under way.
 * - All reject when the server is away; the gateway then asks PostgreSQL.
 */
export interface SessionCache extends AsyncDisposable {
  get(sessionId: string): Promise<CachedSession | 'revoked' | null>
  unsureUntilMs(): number
  put(session: Session, readAtMs: number): Promise<void>
  revoke(sessionIds: readonly string[]): Promise<void>
}

/** The bus channel on which revocations are told: the text is a JSON array of session ids. */
export const REVOKED_CHANNEL = 'sessions.revoked'

/**
 * How long a tombstone stays: far longer than any `put` that read the session before it was revoked can be under way, and
 * than the 5 minutes of clock skew both ways within which a signature is accepted.
 */
export const TOMBSTONE_SECONDS = 11 * 60

/** How long an unused entry stays in the cache, by default; the next request reads PostgreSQL. */
export const CACHE_TTL_SECONDS = 15 * 60
