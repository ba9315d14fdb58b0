import { malformedCursor, type PageRequest } from './page.ts'
import { parseId } from './parse.ts'

/** The place of a row in a list that is sorted by an instant, with milliseconds, and an id. */
export interface Place {
  readonly at: Date
  readonly id: string
}

/** Where a page begins, as parameters of a statement. */
export interface Start {
  readonly at: Date | 'infinity' | '-infinity'
  readonly id: string
}

/**
 * Where the first page begins. A statement compares with a place in each case: with a condition that is left out for the
 * first page, PostgreSQL would read the list from its start for each page.
 */
const FIRST = {
  newest: { at: 'infinity', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' },
  oldest: { at: '-infinity', id: '00000000-0000-0000-0000-000000000000' },
} as const satisfies Record<string, Start>

/** Years beyond this have five digits, and PostgreSQL would be asked for an instant that it may not know. */
const MAX_MS = 253_402_300_799_999

export const formatPlace = ({ at, id }: Place): string => `${at.getTime()} ${id}`

/** The place after which a page begins. `first` says with which rows the list begins. */
export function placeAfter(page: PageRequest, first: keyof typeof FIRST): Start {
  if (page.after === null) return FIRST[first]
  const match = /^(\d{1,15}) (\S+)$/.exec(page.after)
  const id = parseId(match?.[2] ?? '')
  const ms = Number(match?.[1])
  if (!match || !id || ms > MAX_MS) throw malformedCursor()
  return { at: new Date(ms), id }
}

/** The id after which a page begins, in a list of ids that are UUIDv7, the newest first. */
export function idAfter(page: PageRequest): string {
  const id = page.after === null ? FIRST.newest.id : parseId(page.after)
  if (id === null) throw malformedCursor()
  return id
}
