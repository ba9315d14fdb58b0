import { badInput } from '../../errors.ts'
import { malformedCursor, type PageRequest } from '../../page.ts'
import { parseId } from '../../parse.ts'
import type { RevokeSessionsInput } from '../generated/resolvers.ts'
import { MAX_SESSIONS_PER_REQUEST } from '../limits.ts'

/** The named sessions, or null for all but the present one. A text that cannot be an id is ignored. */
export function parseRevocation(input: RevokeSessionsInput): string[] | null {
  if (input.sessionIds == null) return null
  if (input.sessionIds.length < 1 || input.sessionIds.length > MAX_SESSIONS_PER_REQUEST) {
    throw badInput(
      'sessionIds',
      `\`sessionIds\` must name 1 to ${MAX_SESSIONS_PER_REQUEST}, or be left out for all others.`,
    )
  }
  return input.sessionIds.flatMap((text) => parseId(text) ?? [])
}

/** The session after which a page begins. */
export function sessionAfter(page: PageRequest): string | null {
  if (page.after === null) return null
  const id = parseId(page.after)
  if (id === null) throw malformedCursor()
  return id
}
