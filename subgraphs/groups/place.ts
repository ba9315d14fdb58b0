import { malformedCursor, type PageRequest } from '../page.ts'
import { parseId } from '../parse.ts'

/** The row after which a page begins, in a list that is sorted by an instant and an id. */
export interface Place {
  /** The instant, as PostgreSQL reads it, with microseconds. */
  readonly at: string
  readonly id: string
}

/**
 * Where the first page begins. A list compares with a place in each case: with `$1 is null or …` the plan for all values
 * would read a list from its start for every page.
 */
const FIRST = {
  newest: { at: 'infinity', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' },
  oldest: { at: '-infinity', id: '00000000-0000-0000-0000-000000000000' },
} as const

/** At most 16 digits of microseconds since 1970: to the year 2286. */
const PLACE = /^(\d{1,10}?)(\d{6}) (\S+)$/

/** The place that a list wrote as `<microseconds since 1970> <id>`. `first` says with which rows the list begins. */
export function placeAfter(page: PageRequest, first: keyof typeof FIRST): Place {
  if (page.after === null) return FIRST[first]
  const [, seconds, micros, text] = PLACE.exec(page.after) ?? []
  const id = text === undefined ? null : parseId(text)
  if (id === null) throw malformedCursor()
  return { at: `${new Date(Number(seconds) * 1_000).toISOString().slice(0, 19)}.${micros}Z`, id }
}

/** The id after which a page begins, in a list of ids that are UUIDv7, the newest first. */
export function idAfter(page: PageRequest): string {
  const id = page.after === null ? FIRST.newest.id : parseId(page.after)
  if (id === null) throw malformedCursor()
  return id
}
