import type { Sql } from '../sql/sql.ts'
import type { Position } from './position.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * An event that a room appends. The room defines its payload (`subgraphs/<room>/<topic>/events.ts`); the log does not
 * read it.
 */
export interface NewEvent {
  /** `<room>.<PastTense>`, such as `chat.MessageSent`. */
  readonly kind: string
  /** The id of the conversation, group or user within which events keep their order. It decides the shard. */
  readonly key: string
  readonly payload: Json
}

export interface LoggedEvent extends NewEvent {
  readonly position: Position
  readonly shard: number
  readonly at: Date
}

/** A page of the log. */
export interface Page {
  readonly events: readonly LoggedEvent[]
  /**
   * The position to continue from: every event up to it was returned. For a full page it is the position of the last
   * event; otherwise it is the horizon, `(epoch, oldest running transaction, 0)`, so an empty page moves the reader
   * too.
   */
  readonly upTo: Position
  readonly full: boolean
}

/**
 * The event log: outbox, replay and audit in one table. Each function takes a `Sql`, because appending happens inside
 * the caller's transaction. Readers stop before the oldest running transaction, so no event appears before one that was
 * read.
 */
export interface EventLog {
  /** The number of shards. It is set when the database is created, and never changes. */
  readonly shards: number
  /**
   * Takes the advisory lock of a key until the transaction ends. It must be the transaction's first statement, before
   * the transaction gets its id: then the events of one key have the same order in the log as in the caller's own
   * tables.
   */
  lock(sql: Sql, key: string): Promise<void>
  /** Appends inside the caller's transaction. */
  append(sql: Sql, event: NewEvent): Promise<{ position: Position; shard: number }>
  /**
   * Appends the event at this position anew, as the log has it now; null if the log does not have it. `events.rewrite` of
   * the first event rewrites the copy too, so the caller holds the lock of the key.
   */
  appendCopy(sql: Sql, of: Position): Promise<{ position: Position; shard: number } | null>
  /** Appends many events of one kind and key inside the caller's transaction, in one statement and in their order. */
  appendMany(
    sql: Sql,
    events: Pick<NewEvent, 'kind' | 'key'> & { readonly payloads: readonly Json[] },
  ): Promise<Position[]>
  /** Appends events of one kind to several keys inside the caller's transaction, in one statement. */
  appendEach(
    sql: Sql,
    events: Pick<NewEvent, 'kind'> & { readonly events: readonly Pick<NewEvent, 'key' | 'payload'>[] },
  ): Promise<void>
  /** Events of all shards after `after`, in order. */
  read(sql: Sql, after: Position, limit: number): Promise<Page>
  /** Events of one shard after `after`, in order. */
  readShard(sql: Sql, shard: number, after: Position, limit: number): Promise<Page>
  /** Returns the horizon: every event before it is visible, and every future event comes after it. */
  head(sql: Sql): Promise<Position>
  /** Returns the oldest position from which a reader may start. Events up to it may have been deleted (retention). */
  start(sql: Sql): Promise<Position>
}
