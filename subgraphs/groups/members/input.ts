import { badInput, notFound } from '../../errors.ts'
import { parseId, type Valid } from '../../parse.ts'

/** Users in one request: one transaction adds them all while it holds the group's lock. Beyond it: BAD_USER_INPUT. */
export const MAX_USERS_PER_REQUEST = 10_000
/** Maximum members on one page. */
export const MAX_PAGE = 100

/** Ids in a valid format, without repetitions. */
export type UserIds = Valid<'userIds', readonly string[]>

export function parseUserIds(texts: readonly string[]): UserIds {
  return parseIds('userIds', texts, 1) as unknown as UserIds // the only maker of UserIds
}

export function parseIds(argument: string, texts: readonly string[], min: number): string[] {
  if (texts.length < min || texts.length > MAX_USERS_PER_REQUEST) {
    throw badInput(argument, `\`${argument}\` must name ${min} to ${MAX_USERS_PER_REQUEST} users, not ${texts.length}.`)
  }
  return [...new Set(texts.map((text) => parseUserId(text)))]
}

export function parseUserId(text: string, kind: 'user' | 'member' = 'user'): string {
  const id = parseId(text)
  if (id === null) throw notFound(kind, text)
  return id
}
