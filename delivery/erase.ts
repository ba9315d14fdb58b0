import type { Log } from '../platform/log/log.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { startTurns } from '../platform/turns.ts'

const TURN_EVERY_MS = 2_000

/**
 * How long a push that the provider refused is kept. Its text may name a sender who has deleted the account since; by then
 * nobody needs the push any more.
 */
const PARKED_PUSH_DAYS = 30

/** Deletes the pushes that were set aside for deleted users, and old ones. */
export function startErasing({ database, log }: { readonly database: Sql; readonly log: Log }): AsyncDisposable {
  return startTurns(() => eraseOnce(database), {
    everyMs: TURN_EVERY_MS,
    log,
    failure: 'Pushes to deleted users cannot be erased yet: retrying.',
  })
}

/** One turn: exported for tests. */
export async function eraseOnce(sql: Sql): Promise<void> {
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
  await sql.query(
    `/* delivery.forgetParkedPushes */ delete from delivery.parked_pushes
     where id in (
       select id from delivery.parked_pushes
       where parked_at < clock_timestamp() - $1::int * interval '1 day'
       order by parked_at
       limit 1000
       for update skip locked
     )`,
    [PARKED_PUSH_DAYS],
  )
}
