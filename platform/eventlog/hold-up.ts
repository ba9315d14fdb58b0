import type { Sql } from '../sql/sql.ts'

/** Committed events that no reader sees yet, because a transaction that began before them still runs on the server. */
export interface HoldUp {
  /** Milliseconds since the oldest of these events was appended. */
  readonly ageMs: number
  readonly xid: string
  /**
   * The session or the prepared transaction that runs it, as facts for the log; null if it cannot be found. Without the texts of
   * its statements, which hold values.
   */
  readonly holder: Readonly<Record<string, string | number>> | null
}

interface Row {
  ageMs: number
  xid: string
  pid: number | null
  user: string | null
  application: string | null
  database: string | null
  state: string | null
  openForMs: number | null
  prepared: string | null
}

/** What other roles' sessions show of state and time only to members of `pg_read_all_stats`. */
const HIDDEN = 'hidden: grant pg_read_all_stats to see it'

/**
 * Finds what readers wait for; null when they see every committed event. Any transaction that has a transaction id holds them up, in
 * any database of the server. Transactions that only read have none, such as pg_dump; replication slots do not count either.
 */
export async function findHoldUp(sql: Sql): Promise<HoldUp | null> {
  const { rows } = await sql.query<Row>(
    `/* events.findHoldUp */
     with head as materialized (select epoch, xid, id from events.head()),
     waiting as materialized (
       select l.at from events.log as l, head as h
       where (l.epoch, l.xid, l.id) >= (h.epoch, h.xid, h.id)
       order by l.epoch, l.xid, l.id
       limit 1
     )
     select extract(epoch from clock_timestamp() - w.at)::float * 1000 as "ageMs",
       h.xid::text as xid,
       a.pid,
       coalesce(a.usename, p.owner) as "user",
       a.application_name as application,
       coalesce(a.datname, p.database) as database,
       a.state,
       extract(epoch from clock_timestamp() - coalesce(a.xact_start, p.prepared))::float * 1000 as "openForMs",
       p.gid as prepared
     from waiting as w
     cross join head as h
     left join pg_stat_activity as a on a.backend_xid = h.xid::xid
     left join pg_prepared_xacts as p on p.transaction = h.xid::xid`,
  )
  const [row] = rows
  return row ? { ageMs: row.ageMs, xid: row.xid, holder: describe(row) } : null
}

function describe({ pid, user, application, database, state, openForMs, prepared }: Row): HoldUp['holder'] {
  if (pid === null && prepared === null) return null
  const openFor = openForMs === null ? HIDDEN : `${Math.round(openForMs / 1_000)} s`
  const common = { user: user ?? HIDDEN, database: database ?? HIDDEN, openFor }
  if (pid === null) return { prepared: prepared ?? '', ...common }
  return { pid, application: application ?? HIDDEN, state: state ?? HIDDEN, ...common }
}
