/**
 * PostgreSQL: connections, transactions that run again, and migrations of all schemas.
 * Invariants: an acknowledged commit is durable; older code never touches a newer database; no error and no log line holds
 * a password. May import platform/log, and platform's root files.
 */
export { dumpSchema } from './dump.ts'
export { migrate } from './migrate.ts'
export { openPool } from './pool.ts'
