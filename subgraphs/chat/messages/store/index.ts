/**
 * Where message bodies lie: one port, with an adapter for PostgreSQL and one for MongoDB, and what moves messages between
 * them. The database records which of the two holds them.
 */
export { copyMessages, giveUpCopy } from './copy.ts'
export type { MessageStore } from './messages.ts'
export { openMongoMessages } from './mongo.ts'
export { makePostgresMessages } from './postgres.ts'
export { nameOf, readStoreRecord, recordMessageStore } from './recorded.ts'
