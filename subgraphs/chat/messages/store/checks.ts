import type { MessageRange, StoredMessage } from './messages.ts'

/** Messages or rows in one call, either way; a caller with more sends it in parts. */
export const MAX_BATCH = 1_000

/**
 * What both stores refuse, before either is asked, so that they cannot differ in it. PostgreSQL takes no U+0000, and half a
 * surrogate pair would come back as another character from both.
 */
const UNSTORABLE = /[\0\p{Surrogate}]/u

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** An id as both stores know it. Whatever is not the text of a UUID is refused: nothing else may reach a query. */
export function parseId(id: unknown): string {
  const text = typeof id === 'string' ? id.toLowerCase() : ''
  if (!UUID.test(text)) throw new TypeError('An id in the message store must be the text of a UUID.')
  return text
}

/** The batch with its ids parsed. One message that cannot be kept refuses the whole batch. */
export function checkBatch(messages: readonly StoredMessage[]): StoredMessage[] {
  if (messages.length > MAX_BATCH) {
    throw new RangeError(
      `A call of the message store must carry at most ${MAX_BATCH} messages, not ${messages.length}.`,
    )
  }
  return messages.map((message) => {
    const id = parseId(message.id)
    for (const field of ['text', 'clientMessageId'] as const) {
      if (UNSTORABLE.test(message[field])) {
        throw new TypeError(`Message ${id} cannot be kept: its ${field} has U+0000 or half a surrogate pair.`)
      }
    }
    return { ...message, id, conversationId: parseId(message.conversationId), senderId: parseId(message.senderId) }
  })
}

/** The range with its open ends (an infinity) as numbers that both stores take. */
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

/** Two messages want one place. Never a client's doing: numbers are given out under the conversation's lock. */
export class SequenceTakenError extends Error {
  override readonly name = 'SequenceTakenError'
}
