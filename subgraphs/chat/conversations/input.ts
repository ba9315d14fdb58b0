import { malformedCursor } from '../../page.ts'
import { parseId } from '../../parse.ts'
import type { ActivityPlace } from './store.ts'

export const formatActivityPlace = ({ lastAt, id }: ActivityPlace): string => `${lastAt.getTime()} ${id}`

/** Parses what `formatActivityPlace` wrote, from a decoded cursor. */
export function parseActivityPlace(key: string): ActivityPlace {
  const match = /^(\d{1,15}) (\S+)$/.exec(key)
  const id = parseId(match?.[2] ?? '')
  if (!match || !id) throw malformedCursor()
  return { lastAt: new Date(Number(match[1])), id }
}

/** Parses the user id of a decoded cursor. */
export function parseUserPlace(key: string): string {
  const id = parseId(key)
  if (!id) throw malformedCursor()
  return id
}
