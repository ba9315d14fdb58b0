import { findGoneSigns } from '../platform/sql/life-sign.ts'
import type { Sql } from '../platform/sql/sql.ts'

/** Finds other processes that have died, before their leases expire. */
export interface Deaths {
  /** Frees the leases of dead processes; true if there were any. */
  look(): Promise<boolean>
}

interface WorkerRow {
  holder: string
  sign: number
}

/**
 * A process whose sign of life is missing in two consecutive checks is dead: after a short interruption the sign is
 * back at the second check. If the process lives nevertheless, it finds that its leases were taken, and their terms
 * fence its writes.
 */
export function makeDeaths(sql: Sql, holder: string): Deaths {
  /** The signs that were missing in the last check. */
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

/** A worker that has a new sign by now is kept. */
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

/** For a process that knows that it is alone on the database: all other holders are dead. */
export async function buryEverybody(sql: Sql): Promise<void> {
  await sql.query(
    `/* delivery.buryEverybody */
     with dead as (delete from delivery.workers)
     update delivery.leases set holder = '', expires_at = '-infinity' where holder <> ''`,
  )
}
