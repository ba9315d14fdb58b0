import { parsePosition, type Position } from '../../../platform/eventlog/position.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { badInput } from '../../errors.ts'
import { malformedCursor, type PageRequest } from '../../page.ts'
import { parseId, parseLine } from '../../parse.ts'
import type { GroupRole } from '../generated/resolvers.ts'

/** The maxima of PostgreSQL's xid8 and bigint: a cursor beyond them would be a database error. */
const MAX_XID = 2n ** 64n - 1n
const MAX_ID = 2n ** 63n - 1n
const MAX_PREFIX = 100
/** Before every id. */
const NO_ID = '00000000-0000-0000-0000-000000000000'

export interface MemberRow {
  readonly userId: string
  readonly role: GroupRole
  readonly joinedAt: Date
  readonly mutedUntil: Date | null
  /** Its place in the order of the list: the position of joining, or the name and the id. */
  readonly place: string
}

/** The present members after `after`, in the order of joining. The roles are OWNER, ADMIN and MEMBER, or some of them. */
export async function findMembers(
  sql: Sql,
  groupId: string,
  roles: readonly GroupRole[],
  page: PageRequest,
): Promise<MemberRow[]> {
  const after = positionAfter(page)
  // The condition of the partial index must stand in the text; it makes a list of managers short work in any group.
  const managers = roles.includes('MEMBER') ? '' : `and role <> 'MEMBER'`
  const { rows } = await sql.query<MemberRow>(
    `/* groups.findMembers */ select
       user_id as "userId",
       role,
       joined_at as "joinedAt",
       muted_until as "mutedUntil",
       concat_ws(':', from_epoch, from_xid, from_id) as place
     from groups.stay
     where group_id = $1::uuid
       and until_epoch is null
       and role = any($2::text[]) ${managers}
       and (from_epoch, from_xid, from_id) > ($3::int, $4::xid8, $5::bigint)
     order by from_epoch, from_xid, from_id
     limit $6::int`,
    [groupId, roles, after.epoch, after.xid.toString(), after.id.toString(), page.limit + 1],
  )
  return rows
}

/** The present members whose name begins with `prefix`, in the order of names. */
export async function findMembersByName(
  sql: Sql,
  groupId: string,
  roles: readonly GroupRole[],
  prefix: string,
  page: PageRequest,
): Promise<MemberRow[]> {
  const after = nameAfter(page, prefix)
  const { rows } = await sql.query<MemberRow>(
    `/* groups.findMembersByName */ select
       stay.user_id as "userId",
       stay.role,
       stay.joined_at as "joinedAt",
       stay.muted_until as "mutedUntil",
       people.user_id || ' ' || lower(people.display_name) as place
     from groups.stay
     join users.people on people.user_id = stay.user_id
     where stay.group_id = $1::uuid
       and stay.until_epoch is null
       and stay.role = any($2::text[])
       -- A range of the index on names: nothing that begins with the prefix sorts after it with the last code point.
       and lower(people.display_name) collate "C" < $3::text || U&'\\+10FFFF'
       and (lower(people.display_name) collate "C", people.user_id) > ($5::text collate "C", $4::uuid)
     order by lower(people.display_name) collate "C", people.user_id
     limit $6::int`,
    [groupId, roles, prefix, after.userId, after.name, page.limit + 1],
  )
  return rows
}

export function parseNamePrefix(text: string): string {
  return parseLine('namePrefix', text, MAX_PREFIX).toLowerCase()
}

export function parseRoles(roles: readonly GroupRole[] | null | undefined): readonly GroupRole[] {
  if (!roles) return ['OWNER', 'ADMIN', 'MEMBER']
  if (roles.length === 0) throw badInput('roles', '`roles` must name at least one role, or be left out.')
  return [...new Set(roles)]
}

/** Before every position. */
const FIRST: Position = { epoch: -1, xid: 0n, id: 0n }

/**
 * The stay after which a page begins. A page is compared with a position in each case: with `$3 is null or …` the plan for
 * all values would read a list from its start for every page.
 */
function positionAfter(page: PageRequest): Position {
  if (page.after === null) return FIRST
  const position = parsePosition(page.after)
  if (position === null || position.xid > MAX_XID || position.id > MAX_ID) throw malformedCursor()
  return position
}

function nameAfter(page: PageRequest, prefix: string): { readonly userId: string; readonly name: string } {
  if (page.after === null) return { userId: NO_ID, name: prefix }
  const space = page.after.indexOf(' ')
  const userId = parseId(page.after.slice(0, space))
  if (userId === null || page.after.includes('\0')) throw malformedCursor()
  return { userId, name: page.after.slice(space + 1) }
}
