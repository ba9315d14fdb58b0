/** A message as it is kept. Immutable but by a higher `version`. */
export interface StoredMessage {
  /** UUIDv7; the store's key, which makes every write idempotent. */
  readonly id: string
  readonly conversationId: string
  /** 1, 2, 3, … within the conversation. */
  readonly sequence: number
  readonly senderId: string
  readonly clientMessageId: string
  readonly text: string
  readonly sentAt: Date
  /** 1 for the original; every later change carries the next one. */
  readonly version: number
}

export interface MessageRange {
  /** Sequences above it. */
  readonly after: number
  /** Sequences below it. */
  readonly before: number
  /** At most so many, 1 to 1,000. */
  readonly limit: number
  /** From which end the limit counts. The answer is always ascending. */
  readonly from: 'start' | 'end'
}

/**
 * Where the bodies of messages lie: MongoDB or PostgreSQL, with the same behaviour.
 * - `insert` writes originals only if absent, durably (majority), and never changes what came after: a late or repeated
 *   call does nothing. At most 1,000 a call. Rejects when the server is away; the caller's log has the message.
 * - `find` answers in the order of the ids, null for what is not there.
 * - `range` reads one conversation, ascending by sequence; a hole is for the caller to fill from the log.
 */
export interface MessageStore extends AsyncDisposable {
  readonly kind: 'mongodb' | 'postgres'
  /** The transaction that logs a message writes its row too: who has just sent it need not call `insert`. */
  readonly sharesTransaction: boolean
  insert(messages: readonly StoredMessage[]): Promise<void>
  find(ids: readonly string[]): Promise<(StoredMessage | null)[]>
  range(conversationId: string, range: MessageRange): Promise<StoredMessage[]>
  /** Every message by id ascending, for copying to another store: those with an id above `afterId` (null: from the start). */
  scan(afterId: string | null, limit: number): Promise<StoredMessage[]>
}
