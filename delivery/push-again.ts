import type { Log } from '../platform/log/log.ts'
import type { PushDecision } from '../platform/push/push.ts'
import type { Queue } from '../platform/queue/queue.ts'
import type { Database } from '../platform/sql/sql.ts'
import { startTurns } from '../platform/turns.ts'
import type { Parked } from './parked.ts'
import { PUSH_QUEUE, PUSH_SHARDS, pushShardOf } from './queues.ts'
import { readTargets } from './targets.ts'

const TURN_EVERY_MS = 5_000
/** Maximum pushes of one transaction. */
const AT_ONCE = 100

interface Due {
  readonly id: string
  readonly userId: string
  readonly deviceId: string
  readonly decision: Omit<PushDecision, 'token' | 'detail'>
  readonly parks: number
  readonly firstAt: Date
}

/** Brings pushes that a provider did not take back to the queue when their time has come. */
export function startPushingAgain(
  deps: { readonly database: Database; readonly queue: Queue; readonly log: Log },
  { everyMs = TURN_EVERY_MS }: { readonly everyMs?: number } = {},
): AsyncDisposable {
  const turn = async (signal: AbortSignal) => {
    await deps.queue.declare(PUSH_QUEUE, PUSH_SHARDS)
    while (!signal.aborted && (await pushAgain(deps)) === AT_ONCE);
  }
  return startTurns(turn, {
    everyMs,
    log: deps.log,
    failure: 'Parked pushes cannot be brought back to the queue yet: retrying.',
  })
}

/**
 * Returns how many were due. Processes take different ones. If one dies between the queue's confirm and the commit, the
 * push comes twice to the worker, and is tried twice at most.
 */
async function pushAgain({ database, queue }: { database: Database; queue: Queue }): Promise<number> {
  return database.transaction(async (sql) => {
    const { rows } = await sql.query<Due>(
      `/* delivery.takeParkedPushes */
       delete from delivery.parked_pushes
       where id in (
         select id from delivery.parked_pushes
         where retry_at <= clock_timestamp()
         order by retry_at
         limit $1::int
         for update skip locked
       )
       returning id, user_id as "userId", device_id as "deviceId", decision, parks, first_at as "firstAt"`,
      [AT_ONCE],
    )
    if (rows.length === 0) return 0
    // As they are now: a device that signed out, or has no token any more, gets nothing.
    const targets = await readTargets(sql, [...new Set(rows.map(({ userId }) => userId))])
    await Promise.all(
      rows.map(async ({ userId, deviceId, decision, parks, firstAt }) => {
        const target = targets.get(userId)?.find((one) => one.deviceId === deviceId)
        if (!target || target.token === null) return
        const { token, service = null, detail = null } = target
        const again: PushDecision & Parked = {
          ...decision,
          token,
          service,
          detail,
          parks,
          firstAt: firstAt.toISOString(),
        }
        await queue.publish(PUSH_QUEUE, pushShardOf(userId), JSON.stringify(again))
      }),
    )
    return rows.length
  })
}
