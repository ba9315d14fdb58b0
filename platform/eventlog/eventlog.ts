import type { Sql } from '../sql/sql.ts'
import type { Position } from './position.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** What a room appends. Its shape belongs to the room (`subgraphs/<room>/events.ts`); the log never looks inside. */
export interface NewEvent {
  /** `<room>.<PastTense>`, such as `chat.MessageSent`. */
  readonly kind: string
  /** What the event is ordered by: a conversation's id. Decides the shard. */
  readonly key: string
  readonly payload: Json
}

export interface LoggedEvent extends NewEvent {
  readonly position: Position
  readonly shard: number
  readonly at: Date
}

/** A page of the log: the events, and how far the page has looked (so an empty page still moves its reader forward). */
export interface Page {
  readonly events: readonly LoggedEvent[]
  /**
   * Everything of this reader's range at or below it has been returned. On a full page the last event's position, else
   * the horizon: `(epoch, oldest running transaction, 0)`.
   */
  readonly upTo: Position
  readonly full: boolean
}

/**
 * The event log: outbox, replay and audit in one table. Functions over `Sql`, because appending happens inside the
 * caller's transaction. Readers stop below the oldest running transaction, so what they saw never gets a predecessor.
 */
export interface EventLog {
  /** How many shards the database was made with; fixed for ever. */
  readonly shards: number
  /**
   * The advisory lock of a key, held until the transaction ends. It must be the transaction's first statement: before
   * anything that assigns a transaction id, so that the order of sequence numbers and the order of the log agree.
   */
  lock(sql: Sql, key: string): Promise<void>
  /** Appends inside the caller's transaction. */
  append(sql: Sql, event: NewEvent): Promise<{ position: Position; shard: number }>
  /** Events of all shards after `after`, in order. */
  read(sql: Sql, after: Position, limit: number): Promise<Page>
  /** Events of one shard after `after`, in order. */
  readShard(sql: Sql, shard: number, after: Position, limit: number): Promise<Page>
  /** The horizon: every event below it is final and visible, every later one will stand above it. */
  head(sql: Sql): Promise<Position>
  /** The oldest position that a reader may still start from; events at or below it may have been deleted by retention. */
  start(sql: Sql): Promise<Position>
}
