import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import type { PushDecision } from '../platform/push/push.ts'
import type { Sql } from '../platform/sql/sql.ts'

/** Stores an event that cannot be delivered, with the reason; once, however often it is called. */
export async function parkEvent(sql: Sql, event: LoggedEvent, reason: string): Promise<void> {
  const { position, shard, kind, key, at, payload } = event
  await sql.query(
    `/* delivery.parkEvent */
     insert into delivery.parked (shard, epoch, xid, id, kind, key, at, payload, reason)
     values ($1::int, $2::int, $3::xid8, $4::bigint, $5::text, $6::text, $7::timestamptz, $8::jsonb, $9::text)
     on conflict (epoch, xid, id) do nothing`,
    [shard, position.epoch, String(position.xid), String(position.id), kind, key, at, JSON.stringify(payload), reason],
  )
}

/** Stores a push that the provider refuses, without its token and keys, which are as good as a password for the device. */
export async function parkPush(sql: Sql, decision: Omit<PushDecision, 'event'>, reason: string): Promise<void> {
  const { token: _token, detail: _detail, ...rest } = decision
  await sql.query(
    `/* delivery.parkPush */
     insert into delivery.parked_pushes (user_id, device_id, decision, reason)
     values ($1::text, $2::text, $3::jsonb, $4::text)`,
    [decision.userId, decision.deviceId, JSON.stringify(rest), reason],
  )
}
