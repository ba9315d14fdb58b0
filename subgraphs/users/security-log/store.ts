import { v7 } from 'uuid'
import type { Sql } from '../../../platform/sql/sql.ts'
import type { Address } from '../sign-in/input.ts'
import { firstIdAt } from '../../first-id.ts'
import type { SecurityActorKind, SecurityEventKind } from '../generated/resolvers.ts'

/** The facts that `detail` may hold. A closed list, so that no secret gets into the log by way of a spread object. */
export interface SecurityDetail {
  /** Why it happened, as a constant of the code. */
  readonly reason?: string
  readonly count?: number
  /** What an admin wrote about it. */
  readonly note?: string
}

/** An event to record. What is left out is null. */
export interface NewSecurityEvent {
  readonly kind: SecurityEventKind
  readonly at: Date
  /** Whose account it is about. By address: the account with this address, if there is one. */
  readonly user?: { readonly id: string } | { readonly withAddress: Address }
  readonly actor: { readonly kind: SecurityActorKind; readonly id?: string }
  readonly deviceId?: string
  readonly sessionId?: string
  readonly clientNetwork: string | null
  readonly detail?: SecurityDetail
}

/** An event as the log keeps it. */
export interface SecurityEventRow {
  readonly id: string
  readonly kind: SecurityEventKind
  readonly at: Date
  readonly userId: string | null
  readonly targetId: string | null
  readonly actorKind: SecurityActorKind
  readonly actorId: string | null
  readonly deviceId: string | null
  readonly sessionId: string | null
  readonly clientNetwork: string | null
  readonly detail: Readonly<Record<string, string | number>>
}

/**
 * Appends events to the security log with one statement. Call it with the `sql` of the transaction that does what the
 * event tells, so that neither exists without the other.
 *
 * What a stranger can cause must be limited by the caller, because each event is a row.
 */
export async function recordSecurityEvent(sql: Sql, ...events: readonly NewSecurityEvent[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map(({ user, actor, at, ...event }) => ({
    id: v7({ msecs: at.getTime() }),
    kind: event.kind,
    at,
    user_id: user && 'id' in user ? user.id : null,
    address: user && 'withAddress' in user ? user.withAddress : null,
    actor_kind: actor.kind,
    actor_id: actor.id ?? null,
    device_id: event.deviceId ?? null,
    session_id: event.sessionId ?? null,
    client_network: event.clientNetwork,
    detail: event.detail ?? {},
  }))
  await sql.query(
    `/* users.recordSecurityEvent */ insert into users.security_event
       (id, kind, at, user_id, actor_kind, actor_id, device_id, session_id, client_network, detail)
     select
       new.id,
       new.kind,
       new.at,
       coalesce(new.user_id, account.id),
       new.actor_kind,
       new.actor_id,
       new.device_id,
       new.session_id,
       new.client_network,
       new.detail
     from jsonb_to_recordset($1::jsonb) as new (
       id uuid, kind text, at timestamptz, user_id uuid, address text, actor_kind text, actor_id text,
       device_id uuid, session_id uuid, client_network text, detail jsonb
     )
     left join users.account on account.address = new.address`,
    [JSON.stringify(rows)],
  )
}

export interface SecurityEventRange {
  readonly userId: string | null
  readonly adminId: string | null
  readonly targetId: string | null
  readonly kinds: readonly SecurityEventKind[] | null
  readonly without: readonly SecurityEventKind[]
  readonly from: Date | null
  readonly until: Date | null
  readonly after: string | null
  readonly limit: number
}

/** The events that fit, the newest first. */
export async function findSecurityEvents(sql: Sql, range: SecurityEventRange): Promise<SecurityEventRow[]> {
  const { rows } = await sql.query<SecurityEventRow>(
    `/* users.findSecurityEvents */ select
       id,
       kind,
       at,
       user_id as "userId",
       target_id as "targetId",
       actor_kind as "actorKind",
       actor_id as "actorId",
       device_id as "deviceId",
       session_id as "sessionId",
       client_network as "clientNetwork",
       detail
     from users.security_event
     where ($1::uuid is null or user_id = $1::uuid)
       and ($2::text[] is null or kind = any($2::text[]))
       and ($3::uuid is null or id >= $3::uuid)
       and ($4::uuid is null or id < $4::uuid)
       and ($5::uuid is null or id < $5::uuid)
       and ($7::text is null or actor_kind = 'ADMIN' and actor_id = $7::text)
       and ($8::text is null or target_id = $8::text)
       and kind <> all($9::text[])
     order by id desc
     limit $6::int`,
    [
      range.userId,
      range.kinds,
      firstIdAt(range.from),
      firstIdAt(range.until),
      range.after,
      range.limit,
      range.adminId,
      range.targetId,
      range.without,
    ],
  )
  return rows
}

/** Deletes events from before `before`, at most 1,000 at a time. */
export async function forgetSecurityEvents(sql: Sql, before: Date): Promise<number> {
  const { rowCount } = await sql.query(
    `/* users.forgetSecurityEvents */ delete from users.security_event
     where id in (
       select id from users.security_event
       where id < $1::uuid
       order by id
       limit 1000
       for update skip locked
     )`,
    [firstIdAt(before)],
  )
  return rowCount
}
