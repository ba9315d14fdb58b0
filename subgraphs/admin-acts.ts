import { v7 } from 'uuid'
import type { Sql } from '../platform/sql/sql.ts'

/** What an admin did, for the security log, which the users room keeps. */
export interface AdminAct {
  /** A `SecurityEventKind` of the schema. */
  readonly kind: string
  readonly at: Date
  readonly adminId: string
  /** The user whom it concerns. */
  readonly userId?: string | null
  /** The id of what was acted on. */
  readonly targetId: string
  /** What the admin wrote about it. */
  readonly note?: string | null
  readonly clientNetwork: string | null
}

/** Records acts of admins with one statement, in the transaction that does them: neither exists without the other. */
export async function recordAdminActs(sql: Sql, ...acts: readonly AdminAct[]): Promise<void> {
  const rows = acts.map((act) => ({ ...act, id: v7({ msecs: act.at.getTime() }) }))
  await sql.query(
    `/* users.recordAdminActs */ select users.record_admin_act(
       id, kind, at, "adminId", "userId", "targetId", note, "clientNetwork"
     )
     from jsonb_to_recordset($1::jsonb) as act (
       id uuid, kind text, at timestamptz, "adminId" text, "userId" uuid, "targetId" text, note text, "clientNetwork" text
     )`,
    [JSON.stringify(rows)],
  )
}
