import { malformedCursor } from '../../page.ts'
import { parseId } from '../../parse.ts'
import type { ListPlace } from './store.ts'

export const formatListPlace = ({ pinOrder, lastAt, id }: ListPlace): string =>
  `${pinOrder === null ? '' : `${pinOrder} `}${lastAt.getTime()} ${id}`

/** Parses what `formatListPlace` wrote, from a decoded cursor. */
export function parseListPlace(key: string): ListPlace {
  const match = /^(?:(-?\d{1,9}) )?(\d{1,15}) (\S+)$/.exec(key)
  const id = parseId(match?.[3] ?? '')
  if (!match || !id) throw malformedCursor()
  return { pinOrder: match[1] === undefined ? null : Number(match[1]), lastAt: new Date(Number(match[2])), id }
}

/** Parses the user id of a decoded cursor. */
export function parseUserPlace(key: string): string {
  const id = parseId(key)
  if (!id) throw malformedCursor()
  return id
}
