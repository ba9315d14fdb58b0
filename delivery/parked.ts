import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import type { PushDecision } from '../platform/push/push.ts'
import type { Sql } from '../platform/sql/sql.ts'

/**
 * Stores an event that cannot be delivered, with the reason; once, however often it is called. What it says stays in the log
 * alone: there it goes when its message is deleted.
 */
export async function parkEvent(sql: Sql, event: LoggedEvent, reason: string): Promise<void> {
  const { position, shard, kind, key, at } = event
  await sql.query(
    `/* delivery.parkEvent */
     insert into delivery.parked (shard, epoch, xid, id, kind, key, at, reason)
     values ($1::int, $2::int, $3::xid8, $4::bigint, $5::text, $6::text, $7::timestamptz, $8::text)
     on conflict (epoch, xid, id) do nothing`,
    [shard, position.epoch, String(position.xid), String(position.id), kind, key, at, reason],
  )
}

/**
 * Stores a push that the provider does not take, without its token and keys, which are as good as a password for the device.
 * With `retryMs` it is tried again after that time. Otherwise also without its text, which nobody needs any more: the message
 * may be deleted while the row is kept.
 */
export async function parkPush(
  sql: Sql,
  decision: Omit<PushDecision, 'event'> & Parked,
  reason: string,
  retryMs: number | null,
): Promise<void> {
  const { token: _token, detail: _detail, parks = 0, firstAt, ...rest } = decision
  const kept = retryMs === null ? { ...rest, title: '', body: '' } : rest
  await sql.query(
    `/* delivery.parkPush */
     insert into delivery.parked_pushes (user_id, device_id, decision, reason, retry_at, parks, first_at)
     values (
       $1::text, $2::text, $3::jsonb, $4::text,
       clock_timestamp() + $5::bigint * interval '1 millisecond', $6::int, coalesce($7::timestamptz, clock_timestamp())
     )`,
    [decision.userId, decision.deviceId, JSON.stringify(kept), reason, retryMs, parks + 1, firstAt ?? null],
  )
}

/** In a decision that was parked before: how often, and when first, ISO 8601. */
export interface Parked {
  readonly parks?: number
  readonly firstAt?: string
}
