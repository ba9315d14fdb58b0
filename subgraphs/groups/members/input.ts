import { parsePosition, type Position } from '../../../platform/eventlog/position.ts'
import { badInput, notFound } from '../../errors.ts'
import { malformedCursor, type PageRequest } from '../../page.ts'
import { parseId, type Valid } from '../../parse.ts'

/** Users in one request: one transaction adds them all while it holds the group's lock. Beyond it: BAD_USER_INPUT. */
export const MAX_USERS_PER_REQUEST = 500
/** Maximum members of a group, because every message is delivered to each of them. Beyond it nobody can be added. */
export const MAX_MEMBERS = 50_000
/** Maximum members on one page. */
export const MAX_PAGE = 100

/** The maxima of PostgreSQL's xid8 and bigint: a cursor beyond them would be a database error. */
const MAX_XID = 2n ** 64n - 1n
const MAX_ID = 2n ** 63n - 1n

/** Ids in a valid format, without repetitions. */
export type UserIds = Valid<'userIds', readonly string[]>

export function parseUserIds(texts: readonly string[]): UserIds {
  return parseIds('userIds', texts, 1) as unknown as UserIds // the only maker of UserIds
}

export function parseIds(argument: string, texts: readonly string[], min: number): string[] {
  if (texts.length < min || texts.length > MAX_USERS_PER_REQUEST) {
    throw badInput(argument, `\`${argument}\` must name ${min} to ${MAX_USERS_PER_REQUEST} users, not ${texts.length}.`)
  }
  const ids = texts.map((text) => {
    const id = parseId(text)
    if (id === null) throw notFound('user', text)
    return id
  })
  return [...new Set(ids)]
}

/** The stay after which a page begins; members are in the order of joining. */
export function memberAfter(page: PageRequest): Position | null {
  if (page.after === null) return null
  const position = parsePosition(page.after)
  if (position === null || position.xid > MAX_XID || position.id > MAX_ID) throw malformedCursor()
  return position
}
