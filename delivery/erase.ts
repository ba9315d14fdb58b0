import type { Log } from '../platform/log/log.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { startTurns } from '../platform/turns.ts'
import type { Meter } from './meter.ts'

const TURN_EVERY_MS = 2_000

/**
 * How long a push that the provider refused is kept. Its text may name a sender who has deleted the account since; by then
 * nobody needs the push any more.
 */
const PARKED_PUSH_DAYS = 30

/** How long a parked event is kept. The event log, from which it is replayed, keeps it about as long. */
const PARKED_EVENT_DAYS = 30
/**
 * Maximum parked events. A fault that parks every event would otherwise fill the disk; beyond it the oldest ones are
 * deleted, and `delivery_parked_trimmed_total` counts them.
 */
export const MAX_PARKED_EVENTS = 100_000

/** Deletes the pushes that were set aside for deleted users, old ones, and old events that were set aside. */
export function startErasing({
  database,
  log,
  meter,
}: {
  readonly database: Sql
  readonly log: Log
  readonly meter?: Pick<Meter, 'trimmed'>
}): AsyncDisposable {
  return startTurns(() => eraseOnce(database, meter), {
    everyMs: TURN_EVERY_MS,
    log,
    failure: 'Pushes to deleted users cannot be erased yet: retrying.',
  })
}

/** One turn: exported for tests. */
export async function eraseOnce(sql: Sql, meter?: Pick<Meter, 'trimmed'>, most = MAX_PARKED_EVENTS): Promise<void> {
  await sql.query(
    `/* delivery.erase */ with gone as (
       delete from delivery.parked_pushes using users.erased where parked_pushes.user_id = erased.user_id::text
     ), forgotten as (
       delete from delivery.sent_pushes using users.erased where sent_pushes.user_id = erased.user_id::text
     )
     insert into delivery.erasure (user_id, done_at)
     select user_id, clock_timestamp()
     from users.erased
     where not exists (select from delivery.erasure where erasure.user_id = erased.user_id)
     on conflict do nothing`,
  )
  const { rows } = await sql.query<{ trimmed: number }>(
    `/* delivery.forgetParked */ with pushes as (
       delete from delivery.parked_pushes
       where id in (
         select id from delivery.parked_pushes
         where parked_at < clock_timestamp() - $1::int * interval '1 day'
         order by parked_at
         limit 1000
         for update skip locked
       )
     ), beyond as (
       select epoch, xid, id from delivery.parked order by epoch desc, xid desc, id desc offset $3::int limit 1
     ), events as (
       delete from delivery.parked
       where (epoch, xid, id) in (
         select epoch, xid, id from delivery.parked
         where parked_at < clock_timestamp() - $2::int * interval '1 day'
            or (epoch, xid, id) <= (select epoch, xid, id from beyond)
         order by epoch, xid, id
         limit 1000
         for update skip locked
       )
       returning true
     )
     select count(*)::int as trimmed from events`,
    [PARKED_PUSH_DAYS, PARKED_EVENT_DAYS, most],
  )
  if (rows[0]?.trimmed) meter?.trimmed(rows[0].trimmed)
}
