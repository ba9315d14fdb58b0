import type { Sql } from '../../../platform/sql/sql.ts'
import type { PushOutcome } from '../generated/resolvers.ts'

/** What became of the push of one event to one device. */
export interface PushDecisionRow {
  readonly deviceId: string
  readonly outcome: PushOutcome
  readonly reason: string
  readonly data: Readonly<Record<string, string>> | null
  readonly decidedAt: Date
  readonly event: string
  /** Microseconds since 1970, as a text: with device and event the row's place in the order. */
  readonly micros: string
}

/** A place among the decisions of a user. */
export type Place = Pick<PushDecisionRow, 'micros' | 'deviceId' | 'event'>

/** The decisions on pushes to the user's devices, the newest first. Delivery publishes the view. */
export async function findPushDecisions(
  sql: Sql,
  userId: string,
  after: Place | null,
  limit: number,
): Promise<PushDecisionRow[]> {
  const { rows } = await sql.query<PushDecisionRow>(
    `/* users.findPushDecisions */ select
       device_id as "deviceId",
       outcome,
       coalesce(reason, 'offline') as reason,
       data,
       decided_at as "decidedAt",
       event,
       ((extract(epoch from decided_at) * 1000000)::bigint)::text as micros
     from delivery.push_decisions
     where user_id = $1::text
       and (
         $2::bigint is null
         or (decided_at, device_id, event) < (timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::text, $4::text)
       )
     order by decided_at desc, device_id desc, event desc
     limit $5::int`,
    [userId, after?.micros ?? null, after?.deviceId ?? null, after?.event ?? null, limit],
  )
  return rows
}
