import { LRUCache } from 'lru-cache'
import { gather } from '../platform/gather.ts'
import type { PushService } from '../platform/push/push.ts'
import type { Sql } from '../platform/sql/sql.ts'

/** A device that may get a push. For one without a token a push is decided and recorded, but not sent. */
export interface PushTarget {
  readonly userId: string
  readonly deviceId: string
  readonly token: string | null
  readonly service?: PushService | null
  readonly detail?: Readonly<Record<string, string>> | null
  /** The user's language, a BCP 47 tag. Null or absent: the user named none. */
  readonly locale?: string | null
}

/** Maximum users whose devices are remembered, some 40 MB. Beyond it those not used for longest are looked up again. */
const MAX_REMEMBERED = 100_000

/** How long they are remembered: a session that expires is noticed by nobody else. */
const REMEMBERED_MS = 60_000

/**
 * Maximum time between two questions about changes; after a longer one everything is forgotten. The changes are kept
 * for longer (`subgraphs/users/sweep.ts`).
 */
const MAX_SILENCE_MS = 10 * 60_000

/** With more changes at once everything is forgotten: to name them all would cost more. */
const MAX_CHANGES = 10_000

/** The devices with a live session, by user. */
export type FindTargets = (userIds: readonly string[]) => Promise<ReadonlyMap<string, readonly PushTarget[]>>

/** Reads the devices with a live session, by user. */
export async function readTargets(sql: Sql, userIds: readonly string[]): Promise<Map<string, PushTarget[]>> {
  const { rows } = await sql.query<PushTarget>(
    `/* delivery.pushTargetsOf */
     select user_id as "userId", device_id as "deviceId", token, kind as service, detail, locale
     from users.push_targets where user_id = any($1::uuid[])`,
    [userIds],
  )
  const found = new Map<string, PushTarget[]>(userIds.map((userId) => [userId, []]))
  for (const row of rows) found.get(row.userId)?.push(row)
  return found
}

interface Changes {
  /** The oldest transaction that was still running: the next question begins with it. */
  readonly until: string
  readonly userIds: readonly string[]
}

async function readChanges(sql: Sql, since: string | null): Promise<Changes> {
  const { rows } = await sql.query<Changes>(
    `/* delivery.findChangedTargets */
     select until::text, user_ids as "userIds" from users.push_target_changes($1::xid8)`,
    [since],
  )
  return rows[0]! // one row, always
}

/**
 * Remembers the devices of users, and asks before each use who may have changed: that is one small statement, however
 * many users. What it returns is as new as a statement that began with the call.
 *
 * A change is found by its transaction. Each question begins at the oldest transaction that was running at the question
 * before, so a change that was not visible then, or that began later, is found by a later question. What is read after a
 * question is not remembered if a later question, answered meanwhile, named the user: the read may not have seen it.
 */
export function makeTargets(sql: Sql, now: () => number = () => performance.now()): FindTargets {
  const memory = new LRUCache<string, { readonly targets: readonly PushTarget[]; readonly readAt: number }>({
    max: MAX_REMEMBERED,
  })
  let since: string | null = null
  let askedAt = -Infinity
  /** The number of answered questions; the one at which everything was forgotten; those that named a user. */
  let answers = 0
  let forgotAt = 0
  const namedAt = new Map<string, number>()
  let reads = 0

  const forgetAll = () => {
    memory.clear()
    forgotAt = answers
  }

  const ask = async () => {
    const began = now()
    if (began - askedAt > MAX_SILENCE_MS) since = null
    const first = since === null
    const { until, userIds } = await readChanges(sql, since)
    answers++
    // A smaller transaction id is of another server: a backup was restored.
    if (first || userIds.length > MAX_CHANGES || BigInt(until) < BigInt(since ?? 0)) forgetAll()
    for (const userId of userIds) {
      memory.delete(userId)
      if (reads > 0) namedAt.set(userId, answers)
    }
    since = until
    askedAt = began
  }
  const freshen = gather(
    async (calls: readonly null[]) => {
      await ask()
      return calls
    },
    { atOnce: 1 },
  )

  const read = gather(async (userIds: readonly string[]) => {
    const found = await readTargets(sql, [...new Set(userIds)])
    return userIds.map((userId) => found.get(userId) ?? [])
  })

  /** Reads the devices of these users, and adds them to `found`. */
  const readInto = async (found: Map<string, readonly PushTarget[]>, userIds: readonly string[], answer: number) => {
    const readAt = now()
    reads++
    try {
      const targets = await read(userIds)
      for (const [at, userId] of userIds.entries()) {
        const own = targets[at] ?? []
        found.set(userId, own)
        if (forgotAt <= answer && (namedAt.get(userId) ?? 0) <= answer) memory.set(userId, { targets: own, readAt })
      }
    } finally {
      if (--reads === 0) namedAt.clear()
    }
  }

  return async (userIds) => {
    const found = new Map<string, readonly PushTarget[]>()
    if (userIds.length === 0) return found
    await freshen([null])
    const missing: string[] = []
    const tooOld = now() - REMEMBERED_MS
    for (const userId of userIds) {
      const known = memory.get(userId)
      if (known && known.readAt > tooOld) found.set(userId, known.targets)
      else missing.push(userId)
    }
    if (missing.length > 0) await readInto(found, missing, answers)
    return found
  }
}
