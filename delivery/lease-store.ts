import type { Sql } from '../platform/sql/sql.ts'

export interface Taken {
  readonly name: string
  readonly term: string
}

/** Creates missing leases, free, and registers this process as a worker. */
export async function announceWorker(
  sql: Sql,
  holder: string,
  names: readonly string[],
  ttlMs: number,
  sign: number | null,
): Promise<void> {
  await sql.query(
    `/* delivery.announceWorker */
     with announced as (
       insert into delivery.workers (holder, expires_at, sign)
       values ($1::text, clock_timestamp() + $3::int * interval '1 ms', $4::int)
       on conflict (holder) do update set expires_at = excluded.expires_at, sign = excluded.sign
     )
     insert into delivery.leases (name, holder, expires_at, term)
     select name, '', '-infinity', 0 from unnest($2::text[]) as name
     on conflict (name) do nothing`,
    [holder, names, ttlMs, sign],
  )
}

/**
 * Renews the leases that this process still holds for `ttlMs`; a lease that is missing in the result was taken over.
 */
export async function renewLeases(
  sql: Sql,
  holder: string,
  names: readonly string[],
  ttlMs: number,
): Promise<ReadonlySet<string>> {
  const { rows } = await sql.query<{ name: string }>(
    `/* delivery.renewLeases */
     update delivery.leases
     set expires_at = clock_timestamp() + $3::int * interval '1 ms'
     where holder = $1::text and name = any($2::text[])
     returning name`,
    [holder, names, ttlMs],
  )
  return new Set(rows.map(({ name }) => name))
}

/** Counts the live processes that share the leases, and removes the dead ones. */
export async function countWorkers(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ live: number }>(
    `/* delivery.countWorkers */
     with dead as (delete from delivery.workers where expires_at < clock_timestamp())
     select count(*)::int as live from delivery.workers where expires_at >= clock_timestamp()`,
  )
  return rows[0]?.live ?? 0
}

/** Takes up to `limit` of these leases that nobody holds, each under its next term. */
export async function takeLeases(
  sql: Sql,
  holder: string,
  names: readonly string[],
  limit: number,
  ttlMs: number,
): Promise<Taken[]> {
  const { rows } = await sql.query<Taken>(
    `/* delivery.takeLeases */
     with free as materialized (
       select name from delivery.leases
       where expires_at < clock_timestamp() and name = any($2::text[])
       order by name
       limit $3::int
       for update skip locked
     )
     update delivery.leases
     set holder = $1::text, term = leases.term + 1, expires_at = clock_timestamp() + $4::int * interval '1 ms'
     from free
     where leases.name = free.name
     returning leases.name, leases.term::text as term`,
    [holder, names, limit, ttlMs],
  )
  return rows
}

/** Releases leases; those that another process has taken meanwhile stay with it. */
export async function releaseLeases(sql: Sql, holder: string, names: readonly string[]): Promise<void> {
  await sql.query(
    `/* delivery.releaseLeases */
     update delivery.leases set holder = '', expires_at = '-infinity'
     where holder = $1::text and name = any($2::text[])`,
    [holder, names],
  )
}

export async function retireWorker(sql: Sql, holder: string): Promise<void> {
  await sql.query('/* delivery.retireWorker */ delete from delivery.workers where holder = $1::text', [holder])
}
