import { badInput } from '../../errors.ts'
import { malformedCursor, parsePage } from '../../page.ts'
import { parseId } from '../../parse.ts'
import type { QuerySecurityEventsArgs } from '../generated/resolvers.ts'
import { MAX_SECURITY_EVENTS_PER_PAGE } from '../limits.ts'
import type { SecurityEventRange } from './store.ts'

/** Kinds named in one filter; more would be all of them. */
const MAX_KINDS = 20

export type Wanted = Omit<SecurityEventRange, 'after' | 'limit'>

/** Null for ids that cannot be one: no event fits them. */
export function parseFilter(filter: QuerySecurityEventsArgs['filter']): Wanted | null {
  const { userId, adminId, targetId, kinds, from, until } = filter ?? {}
  if (kinds && (kinds.length < 1 || kinds.length > MAX_KINDS))
    throw badInput('kinds', `\`kinds\` must name 1 to ${MAX_KINDS} kinds, not ${kinds.length}, or be left out for all.`)
  const id = userId == null ? null : parseId(userId)
  if (userId != null && id === null) return null
  if (adminId?.includes('\0') || targetId?.includes('\0')) return null
  return {
    userId: id,
    adminId: adminId ?? null,
    targetId: targetId ?? null,
    kinds: kinds ?? null,
    without: [],
    from: instant(from),
    until: instant(until),
  }
}

export function parseLogPage(args: Pick<QuerySecurityEventsArgs, 'first' | 'after'>) {
  const page = parsePage(args, MAX_SECURITY_EVENTS_PER_PAGE)
  const after = page.after === null ? null : parseId(page.after)
  if (page.after !== null && after === null) throw malformedCursor()
  return { page, after }
}

/** The scalar has parsed it to a Date already. */
const instant = (at: string | Date | null | undefined): Date | null => (at == null ? null : new Date(at))
