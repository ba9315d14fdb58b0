/**
 * The message store: one port with an adapter for PostgreSQL and one for MongoDB, and the copy from one to the other.
 * The database records which of the two is in use.
 */
export { copyMessages, giveUpCopy, refuseWhileRunning } from './copy.ts'
export type { MessageStore } from './messages.ts'
export { openMongoMessages } from './mongo.ts'
export { makePostgresMessages } from './postgres.ts'
export { nameOf, readStoreRecord, recordMessageStore } from './recorded.ts'
