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

/**
 * The session cache in front of the view `users.sessions`. Losing it loses nothing.
 * - `get`: the session and slides its time in the cache; `'revoked'` for a tombstone; null when it is not cached.
 * - `put`: caches it unless a tombstone says that it was revoked meanwhile (atomically).
 * - `revoke`: removes it and leaves a tombstone that outlives any `put` under way.
 * - All reject when the server is away; the gateway then asks PostgreSQL.
 */
export interface SessionCache extends AsyncDisposable {
  get(sessionId: string): Promise<Session | 'revoked' | null>
  put(session: Session): Promise<void>
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
