/** How far a client's clock may be off, both ways. */
export const MAX_SKEW_MS = 5 * 60_000

/**
 * How far a client's clock may go ahead without costing anything: beyond it each nonce is kept in PostgreSQL as well, since a
 * request may then claim to be younger than a restart that it was sent before. A guard in memory is born so long after its
 * process started at the earliest (roles/adapters.ts).
 */
export const AHEAD_MS = 500
