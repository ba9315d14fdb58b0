import type { MessagePage } from './input.ts'

export interface SequenceRange {
  /** The first and the last message of the page; the last is below the first where there is none. */
  readonly first: number
  readonly last: number
  readonly hasPreviousPage: boolean
  readonly hasNextPage: boolean
}

/**
 * The messages that a page holds. They are numbered without a gap, so that this needs no look into the store: what is
 * missing there is a hole to fill, not the end of the page.
 */
export function sequencesOf(
  page: MessagePage,
  conversation: { readonly firstVisible: number; readonly lastSequence: number },
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
