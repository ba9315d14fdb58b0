/**
 * An embedded PostgreSQL server, for installations without one. Invariants: an acknowledged commit is durable; a
 * process that dies in any way leaves neither a server nor a lock behind. May import platform/log,
 * platform/sql/connection.ts and platform's root files. `supervisor.ts` is a separate program, which no file imports.
 */
export { startEmbeddedPostgres } from './embedded.ts'
