import type { History, MessageRow } from './history.ts'
import type { MessagePage } from './input.ts'

/** A page of messages, in the order of their numbers. */
export interface PageOfMessages {
  readonly rows: readonly MessageRow[]
  readonly hasPreviousPage: boolean
  readonly hasNextPage: boolean
}

/** The parts of a conversation that say which of its messages the viewer may see. */
export interface Seen {
  readonly id: string
  readonly firstVisible: number
  readonly lastSequence: number
  /** Whether there are messages that the viewer deleted for themselves. */
  readonly hasHidden: boolean
}

/** A page of all messages of a conversation of which the viewer has hidden none. */
export async function wholePage(
  history: Pick<History, 'range'>,
  conversation: Seen,
  page: MessagePage,
): Promise<PageOfMessages> {
  const { first, last, hasPreviousPage, hasNextPage } = sequencesOf(page, conversation)
  return { rows: await history.range(conversation.id, first, last), hasPreviousPage, hasNextPage }
}

export interface SequenceRange {
  /** The sequences of the first and the last message of the page; `last` is below `first` if the page is empty. */
  readonly first: number
  readonly last: number
  readonly hasPreviousPage: boolean
  readonly hasNextPage: boolean
}

/**
 * Returns the sequences of a page's messages. It needs no read of the store, because a conversation's messages are
 * numbered without a gap: a message that the store lacks is in the log (history.ts).
 */
export function sequencesOf(
  page: MessagePage,
  conversation: Pick<Seen, 'firstVisible' | 'lastSequence'>,
): SequenceRange {
  const { firstVisible, lastSequence } = conversation
  const low = Math.max(page.after + 1, firstVisible)
  const high = Math.min(page.before - 1, lastSequence)
  const first = page.from === 'start' ? low : Math.max(low, high - page.limit + 1)
  const last = page.from === 'end' ? high : Math.min(high, low + page.limit - 1)
  if (last < first) {
    return { first, last, hasPreviousPage: low > firstVisible, hasNextPage: high < lastSequence }
  }
  return { first, last, hasPreviousPage: first > firstVisible, hasNextPage: last < lastSequence }
}
