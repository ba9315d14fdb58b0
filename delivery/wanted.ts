import type { PushDecision } from '../platform/push/push.ts'
import { gather } from '../platform/gather.ts'
import type { Queue } from '../platform/queue/queue.ts'
import type { Sql } from '../platform/sql/sql.ts'
import type { Meter } from './meter.ts'
import { pushTo, type EventPush, type PushedEvent } from './offline.ts'
import type { FindWishes } from './refusals.ts'
import { retryForever, type RetryOptions } from './retry.ts'
import { findShown, notePushes } from './sent-pushes.ts'
import type { PushTarget } from './targets.ts'

export interface WantedDeps {
  readonly database: Sql
  readonly queue: Queue
  readonly meter: Pick<Meter, 'pushed' | 'refused' | 'withheld'>
  readonly wishes: FindWishes
}

/**
 * Decides on pushes to these devices: those of users who want none are noted with the rule, and the queue has the others when it
 * resolves.
 */
export type PushWanted = (
  pushed: PushedEvent,
  text: EventPush,
  targets: readonly PushTarget[],
  reason: PushDecision['reason'],
) => Promise<void>

export function makePushWanted({ database, queue, meter, wishes }: WantedDeps, persistence: RetryOptions): PushWanted {
  const find = gather((keys: Parameters<typeof findShown>[1]) => findShown(database, keys))

  /** Those who were sent a notification that is to be taken away. */
  const withShown = async (text: EventPush, targets: readonly PushTarget[]) => {
    const { collapseKey = '', data } = text
    const keys = targets.map(({ deviceId }) => ({ deviceId, collapseKey, data }))
    const found = await retryForever('find shown pushes', () => find(keys), persistence)
    return targets.filter((_, at) => found[at])
  }

  return async ({ known }, text, targets, reason) => {
    if (targets.length === 0) return
    const users = [...new Set(targets.map(({ userId }) => userId))]
    const wished = await retryForever('find who wants no push', () => wishes(known, users), persistence)
    const wishOf = new Map(users.map((userId, at) => [userId, wished[at]]))
    const refused = targets.flatMap((target) => {
      const rule = wishOf.get(target.userId)?.refusedBy
      return rule == null ? [] : [{ ...target, rule }]
    })
    if (refused.length > 0) {
      const { event, data } = text
      const notes = refused.map(({ userId, deviceId, rule }) => ({
        event,
        userId,
        deviceId,
        outcome: 'SUPPRESSED' as const,
        reason: rule,
        data,
      }))
      await retryForever('note refused pushes', () => notePushes(database, notes), persistence)
      for (const { rule } of refused) meter.refused(rule)
    }
    let wanted = targets.filter(({ userId }) => wishOf.get(userId)?.refusedBy == null)
    if (known.kind.push?.withdraws) {
      const shown = await withShown(text, wanted)
      if (shown.length < wanted.length) meter.withheld('nothing to take away', wanted.length - shown.length)
      wanted = shown
    }
    if (wanted.length === 0) return
    const discreet = new Set(users.filter((userId) => wishOf.get(userId)?.previews === false))
    await pushTo(queue, text, wanted, { reason, discreet }, persistence)
    meter.pushed(reason, wanted.length)
  }
}
