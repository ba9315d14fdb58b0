import type { MessageRange, StoredMessage } from './messages.ts'

/** Maximum messages of one call that reads or writes. A caller with more makes several calls. */
export const MAX_BATCH = 1_000

/**
 * Characters that no store accepts: this check makes both behave the same. PostgreSQL refuses U+0000, and both would
 * return another character for half a surrogate pair.
 */
const UNSTORABLE = /[\0\p{Surrogate}]/u

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Returns the id in lower case. Throws unless it is the text of a UUID: nothing else may reach a query. */
export function requireId(id: unknown): string {
  const text = typeof id === 'string' ? id.toLowerCase() : ''
  if (!UUID.test(text)) throw new TypeError('An id in the message store must be the text of a UUID.')
  return text
}

/** Returns the batch with its ids parsed. Throws if a message cannot be stored: then none of the batch is. */
export function checkBatch(messages: readonly StoredMessage[]): StoredMessage[] {
  if (messages.length > MAX_BATCH) {
    throw new RangeError(
      `A call of the message store must carry at most ${MAX_BATCH} messages, not ${messages.length}.`,
    )
  }
  return messages.map((message) => {
    const id = requireId(message.id)
    for (const field of ['text', 'clientMessageId'] as const) {
      if (UNSTORABLE.test(message[field])) {
        throw new TypeError(`Message ${id} cannot be kept: its ${field} has U+0000 or half a surrogate pair.`)
      }
    }
    return { ...message, id, conversationId: requireId(message.conversationId), senderId: requireId(message.senderId) }
  })
}

/** Returns the range with finite ends, because the stores do not accept `Infinity`. */
export function checkRange({ after, before, limit, from }: MessageRange): MessageRange {
  if (Number.isNaN(after) || Number.isNaN(before)) throw new RangeError('The ends of a range must be numbers.')
  const bound = (end: number) => Math.max(Math.min(Math.trunc(end), Number.MAX_SAFE_INTEGER), Number.MIN_SAFE_INTEGER)
  return { after: bound(after), before: bound(before), limit: checkLimit(limit), from }
}

export function checkLimit(limit: number): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_BATCH) {
    throw new RangeError(`A call of the message store must ask for 1 to ${MAX_BATCH} messages, not ${limit}.`)
  }
  return limit
}

/**
 * Two messages have the same sequence number. A client cannot cause it, because the numbers are assigned under the
 * conversation's lock.
 */
export class SequenceTakenError extends Error {
  override readonly name = 'SequenceTakenError'
}
