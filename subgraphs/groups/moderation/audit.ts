import type { Sql } from '../../../platform/sql/sql.ts'
import type { PageRequest } from '../../page.ts'
import { idAfter } from '../../place.ts'
import type { GroupAct } from '../generated/resolvers.ts'

export interface AuditFacts {
  /** The user whom the act concerned. */
  readonly userId?: string
  /** The number of users whom it concerned. */
  readonly users?: number
  readonly detail?: string
}

/** Facts for an act that concerned these users: their number, and which one if it was one. */
export function aboutUsers(userIds: readonly string[]): AuditFacts {
  const [first] = userIds
  return { users: userIds.length, ...(userIds.length === 1 && first !== undefined && { userId: first }) }
}

export interface NewAudit extends AuditFacts {
  readonly id: string
  readonly groupId: string
  readonly act: GroupAct
  readonly by: string
  readonly now: Date
}

export async function insertAudit(sql: Sql, audit: NewAudit): Promise<void> {
  await sql.query(
    `/* groups.insertAudit */ insert into groups.audit (id, group_id, act, by_id, user_id, users, detail, created_at)
     values ($1::uuid, $2::uuid, $3::text, $4::uuid, $5::uuid, $6::integer, $7::text, $8::timestamptz)`,
    [
      audit.id,
      audit.groupId,
      audit.act,
      audit.by,
      audit.userId ?? null,
      audit.users ?? null,
      audit.detail ?? '',
      audit.now,
    ],
  )
}

export interface AuditRow {
  readonly id: string
  readonly act: GroupAct
  readonly byId: string
  readonly userId: string | null
  readonly users: number | null
  readonly detail: string
  readonly createdAt: Date
}

/** The newest first. */
export async function findAudit(sql: Sql, groupId: string, page: PageRequest): Promise<AuditRow[]> {
  const { rows } = await sql.query<AuditRow>(
    `/* groups.findAudit */ select
       id, act, by_id as "byId", user_id as "userId", users, detail, created_at as "createdAt"
     from groups.audit
     where group_id = $1::uuid and id < $2::uuid
     order by id desc
     limit $3::int`,
    [groupId, idAfter(page), page.limit + 1],
  )
  return rows
}
