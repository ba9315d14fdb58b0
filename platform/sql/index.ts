/**
 * PostgreSQL: connections, transactions that run again, migrations of all schemas, and a server of our own for who has none.
 * Invariants: an acknowledged commit is durable, embedded or not; a process that dies in whatever way leaves neither a
 * server nor a lock behind; older code never touches a newer database; no error and no log line holds a password.
 * May import platform/log, and platform's root files. `supervisor.ts` is a program of its own, which nothing imports.
 */
export { dumpSchema } from './dump.ts'
export { startEmbeddedPostgres } from './embedded.ts'
export { migrate } from './migrate.ts'
export { openPool } from './pool.ts'
