import type { Presence } from '../../../platform/presence/presence.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { findSeen } from './store.ts'

/** What a viewer sees of a user. */
export interface PresenceRow {
  readonly userId: string
  readonly online: boolean
  readonly lastSeenAt: Date | null
  /** Whether they have a stream, as an invisible user may have: not for the viewer. */
  readonly hasStream?: boolean
}

export interface Pair {
  readonly viewerId: string
  readonly userId: string
}

/** Maximum users of one question to presence, which is one round trip. */
export const MAX_USERS = 1_000

/**
 * What each viewer sees of each user, in the order of the pairs; null where the viewer may not see it. Of at most
 * `MAX_USERS` users, with one round trip to presence and one statement. The statement comes second: so a block or a
 * setting that was saved before the call counts.
 */
export async function readPresence(
  { database, presence }: { readonly database: Sql; readonly presence: Pick<Presence, 'find'> },
  pairs: readonly Pair[],
): Promise<(PresenceRow | null)[]> {
  if (pairs.length === 0) return []
  const streams = await presence.find([...new Set(pairs.map(({ userId }) => userId))])
  const online = new Set(streams.map(({ userId }) => userId))
  const seen = new Map((await findSeen(database, pairs)).map((row) => [keyOf(row), row]))
  return pairs.map((pair) => {
    const row = seen.get(keyOf(pair))
    if (!row) return null
    const hasStream = online.has(pair.userId)
    const isOnline = hasStream && !row.invisible
    return { userId: pair.userId, online: isOnline, lastSeenAt: isOnline ? null : row.lastSeenAt, hasStream }
  })
}

/** What whoever may not see it sees, and of whom does not exist: as if the user had never been online. */
export const hidden = (userId: string): PresenceRow => ({ userId, online: false, lastSeenAt: null })

const keyOf = ({ viewerId, userId }: Pair) => `${viewerId} ${userId}`
