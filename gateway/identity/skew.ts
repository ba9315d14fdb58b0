/** How far a client's clock may be off, both ways. */
export const MAX_SKEW_MS = 5 * 60_000

/**
 * How far a client's clock may be ahead at no cost. Beyond it each nonce is also kept in PostgreSQL, because such a
 * request may be older than a restart that its timestamp seems to follow. The start time of a guard in memory is at
 * least this long after the start of its process (roles/adapters.ts).
 */
export const AHEAD_MS = 500
