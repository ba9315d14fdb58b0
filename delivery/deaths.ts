import { findGoneSigns } from '../platform/sql/life-sign.ts'
import type { Sql } from '../platform/sql/sql.ts'

/** Finds out which other processes are dead, before their leases run out. */
export interface Deaths {
  /** Frees the leases of the dead; true where there were any. */
  look(): Promise<boolean>
}

interface WorkerRow {
  holder: string
  sign: number
}

/**
 * A process whose sign of life was not there at two looks, one after the other, is dead: a sign that only blinked is back
 * at the second. Should it live all the same, it finds its leases taken, and what it writes is fenced by their terms.
 */
export function makeDeaths(sql: Sql, holder: string): Deaths {
  /** Whose sign was not there at the last look. */
  let missing: ReadonlySet<number> = new Set()
  return {
    async look() {
      const { rows } = await sql.query<WorkerRow>(
        `/* delivery.findWorkers */ select holder, sign from delivery.workers where sign is not null and holder <> $1::text`,
        [holder],
      )
      const signs = rows.map(({ sign }) => sign)
      const gone = signs.length > 0 ? await findGoneSigns(sql, signs) : new Set<number>()
      const dead = rows.filter(({ sign }) => gone.has(sign) && missing.has(sign))
      missing = gone
      if (dead.length === 0) return false
      await buryWorkers(sql, dead)
      return true
    },
  }
}

/** A worker that shows another sign by now is none of the dead. */
async function buryWorkers(sql: Sql, dead: readonly WorkerRow[]): Promise<void> {
  await sql.query(
    `/* delivery.buryWorkers */
     with dead as (
       delete from delivery.workers as w
       using unnest($1::text[], $2::int[]) as d (holder, sign)
       where w.holder = d.holder and w.sign = d.sign
       returning w.holder
     )
     update delivery.leases set holder = '', expires_at = '-infinity'
     where holder in (select holder from dead)`,
    [dead.map(({ holder }) => holder), dead.map(({ sign }) => sign)],
  )
}

/** For a process that knows itself alone on the database: whoever held anything is dead. */
export async function buryEverybody(sql: Sql): Promise<void> {
  await sql.query(
    `/* delivery.buryEverybody */
     with dead as (delete from delivery.workers)
     update delivery.leases set holder = '', expires_at = '-infinity' where holder <> ''`,
  )
}
