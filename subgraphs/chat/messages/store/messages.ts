import type { MessageBody } from '../body.ts'

/** A message in the store. Only a higher `version` replaces it. */
export interface StoredMessage extends MessageBody {
  /** UUIDv7. It is the key in the store, so every write is idempotent. */
  readonly id: string
  readonly conversationId: string
  /** 1, 2, 3, … within the conversation. */
  readonly sequence: number
  readonly senderId: string
  readonly clientMessageId: string
  readonly sentAt: Date
  /** 1 for the original; each later change has the next number. */
  readonly version: number
}

/**
 * What the `clientMessageId` of an erased sender's message begins with; the message's id follows. No app can give this id to
 * a message, because it is no single line.
 */
export const ERASED_CLIENT_ID = 'erased\n'

export interface MessageRange {
  /** Only sequences above it. */
  readonly after: number
  /** Only sequences below it. */
  readonly before: number
  /** Maximum messages, 1 to 1,000. */
  readonly limit: number
  /** The end of the range from which `limit` counts. The result is always ascending. */
  readonly from: 'start' | 'end'
}

/**
 * The store of message bodies: MongoDB or PostgreSQL, with the same behaviour.
 * - `insert` durably writes (MongoDB: to a majority) the originals that are absent, at most 1,000 per call. It changes
 *   no message that exists, so a late or repeated call does nothing. It rejects while the server is down; the event log has
 *   the messages.
 * - `replace` durably writes later versions, at most 1,000 per call: each one whose message is absent, or there with a lower
 *   version. It keeps the `clientMessageId` of a message that is there. A late or repeated call does nothing.
 * - `find` returns the messages in the order of the ids; null for one that is absent.
 * - `range` reads one conversation, ascending by sequence. Messages may be missing: the caller reads those from the
 *   log.
 * - `forgetClientIds` replaces the `clientMessageId` of these messages by `ERASED_CLIENT_ID` and the id. Returns the ids of
 *   those that are in the store; a message that is inserted later keeps its own.
 */
export interface MessageStore extends AsyncDisposable {
  readonly kind: 'mongodb' | 'postgres'
  /** Whether the transaction that logs a message also writes its row: then a send need not call `insert`. */
  readonly sharesTransaction: boolean
  insert(messages: readonly StoredMessage[]): Promise<void>
  replace(messages: readonly StoredMessage[]): Promise<void>
  find(ids: readonly string[]): Promise<(StoredMessage | null)[]>
  forgetClientIds(messages: readonly Pick<StoredMessage, 'id' | 'conversationId'>[]): Promise<string[]>
  range(conversationId: string, range: MessageRange): Promise<StoredMessage[]>
  /**
   * Reads messages of all conversations for a copy, ascending by id: those above `afterId`, or from the start if null.
   */
  scan(afterId: string | null, limit: number): Promise<StoredMessage[]>
}
