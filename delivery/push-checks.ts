import type { DecidedPush, Kinds } from '../platform/eventlog/kinds.ts'
import { gather } from '../platform/gather.ts'
import type { PushDecision } from '../platform/push/push.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { gatherByKind } from './by-kind.ts'

/** The unread messages of each user, in their order: the badge of a push. */
export type FindBadges = (sql: Sql, userIds: readonly string[]) => Promise<readonly number[]>

/** What is known of a push right before it is sent. */
export interface PushCheck {
  /** The rule by which it is of no use any more; null: it is. */
  readonly outdatedBy: string | null
  readonly badge?: number
}

type Asked = Pick<PushDecision, 'kind' | 'userId' | 'data' | 'token' | 'withdraws'>

/** Concurrent checks share their statements. */
export function makePushChecks(
  sql: Sql,
  kinds: Pick<Kinds, 'find'>,
  findBadges: FindBadges | undefined,
): (asked: Asked) => Promise<PushCheck> {
  const outdatedBy = gatherByKind<DecidedPush>((push) => push.outdatedBy?.bind(push, sql) ?? null)
  const readOf = (name: string | undefined) => {
    const kind = name === undefined ? undefined : kinds.find(name)
    return kind && outdatedBy(kind)
  }
  const badges = findBadges && gather((userIds: readonly string[]) => findBadges(sql, userIds), { maxKeys: 100 })

  return async ({ kind, userId, data, token }) => {
    const [outdated, badge] = await Promise.all([
      readOf(kind)?.([{ userId, data }]),
      // Nothing is sent to a device without a token.
      token === null ? undefined : badges?.([userId]),
    ])
    const count = badge?.[0]
    return { outdatedBy: outdated?.[0] ?? null, ...(count !== undefined && { badge: count }) }
  }
}
