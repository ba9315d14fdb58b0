/**
 * PostgreSQL: connections, transactions that are retried after conflicts, and the migrations of all schemas.
 * Invariants: an acknowledged commit is durable; old code does not start on a database that a newer version has
 * migrated; no error and no log line contains a password. May import platform/log, and platform's root files.
 */
export { dumpSchema } from './dump.ts'
export { migrate } from './migrate.ts'
export { openPool } from './pool.ts'
