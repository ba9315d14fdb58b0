/**
 * A PostgreSQL server of our own, for who has none.
 * Invariants: an acknowledged commit is durable; a process that dies in whatever way leaves neither a server nor a lock
 * behind. May import platform/log, platform/sql/connection.ts and platform's root files. `supervisor.ts` is a program of its
 * own, which nothing imports.
 */
export { startEmbeddedPostgres } from './embedded.ts'
