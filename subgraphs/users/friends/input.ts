import { malformedCursor, type PageRequest } from '../../page.ts'
import { parseId } from '../../parse.ts'

/** A place in a list that is ordered by time, the newest first: the next page begins below it. */
export interface Place {
  readonly at: Date
  readonly id: string
}

/** Years beyond this have five digits, and PostgreSQL would be asked for an instant that it may not know. */
const MAX_MS = 253_402_300_799_999

export const formatPlace = ({ at, id }: Place): string => `${at.getTime()} ${id}`

/** The place below which a page begins. */
export function placeAfter(page: PageRequest): Place | null {
  if (page.after === null) return null
  const match = /^(\d{1,15}) (\S+)$/.exec(page.after)
  const id = parseId(match?.[2] ?? '')
  const ms = Number(match?.[1])
  if (!match || !id || ms > MAX_MS) throw malformedCursor()
  return { at: new Date(ms), id }
}

/**
 * The place below which a page begins, as parameters of a statement; for the first page it is above all others. With a
 * condition that is left out for the first page, PostgreSQL would read the list from its start for each page.
 */
export const startAt = (after: Place | null): [at: Date | string, id: string] =>
  after ? [after.at, after.id] : ['infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff']
