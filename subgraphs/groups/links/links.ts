import { randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import type { Sql } from '../../../platform/sql/sql.ts'
import { badInput, notFound, PublicError } from '../../errors.ts'
import { changeGroup, changeNow, lockedGroup, type Change } from '../change.ts'
import { requireManager } from '../groups/rules.ts'
import { findGroupsOf, findRoomToJoin, type RoomToJoin } from '../groups/store.ts'
import { findInvite } from '../invites/store.ts'
import { join, requireRoom } from '../members/join.ts'
import { countStaysSince, findManagers, findRoles } from '../members/store.ts'
import { findBanned } from '../moderation/store.ts'
import { MAX_JOINS_A_DAY } from '../limits.ts'
import type { ChangePorts } from '../ports.ts'
import { CODE_BYTES, type Door, type NewLink } from './input.ts'
import {
  countAsksSince,
  countLinks,
  countRequests,
  deleteRequest,
  findLink,
  hasRequest,
  insertLink,
  insertRequest,
  revokeLink,
  revokeSpentLinks,
  useLink,
  type LinkRow,
} from './store.ts'

/** Maximum usable links of a group. Beyond it one must be revoked first. */
const MAX_LINKS = 100
const DAY_MS = 86_400_000

export function createLink(ports: ChangePorts, by: string, groupId: string, link: NewLink): Promise<LinkRow> {
  return changeGroup(ports, groupId, by, async (change) => {
    requireManager(await lockedGroup(change))
    await revokeSpentLinks(change.sql, groupId, change.now)
    if ((await countLinks(change.sql, groupId)) >= MAX_LINKS) {
      throw badInput('groupId', `The group has ${MAX_LINKS} links, which is the maximum: revoke one first.`)
    }
    const key = { id: v7(), code: randomBytes(CODE_BYTES).toString('base64url') }
    const row = await insertLink(change.sql, key, groupId, link, by, change.now)
    await change.record('LINK_CREATED', { detail: row.id })
    return row
  })
}

export function endLink(ports: ChangePorts, by: string, groupId: string, linkId: string): Promise<void> {
  return changeGroup(ports, groupId, by, async (change) => {
    requireManager(await lockedGroup(change))
    const ended = await revokeLink(change.sql, groupId, linkId, change.now)
    if (ended === null) throw notFound('link', linkId)
    if (ended) await change.record('LINK_REVOKED', { detail: linkId })
  })
}

/** The group behind a door, and the link if it can be used now. */
interface Opened {
  readonly groupId: string
  readonly code: string | null
  readonly link: LinkRow | null
}

/** Finds the group behind a code or an id; null if nobody has it. Does not check whether the viewer may come in. */
export async function openDoor(
  { database, clock }: Pick<ChangePorts, 'database' | 'clock'>,
  door: Door,
): Promise<Opened | null> {
  if ('groupId' in door) return door.groupId === null ? null : { groupId: door.groupId, code: null, link: null }
  const link = door.code === null ? null : await findLink(database, door.code, new Date(clock.now()))
  return link && { groupId: link.groupId, code: link.code, link: link.isUsable ? link : null }
}

/** The same for a link that there never was and for one that can no longer be used. The code is a secret, so it is not repeated. */
function closed(door: Door): PublicError {
  if ('groupId' in door) return notFound('group', door.groupId ?? 'of this id')
  const why = 'its link may have been revoked, have expired or be used up'
  return new PublicError('NOT_FOUND', `No group opens to this code: ${why}. Ask for a new one.`, { kind: 'link' })
}

/** Lets the viewer in, or notes that it has asked. Returns the group's id. */
export async function joinBy(ports: ChangePorts, by: string, door: Door): Promise<string> {
  const nothing = () => closed(door)
  const opened = await openDoor(ports, door)
  if (!opened) throw nothing()
  const { groupId, code } = opened
  await ports.oneByOne(groupId, async () => {
    // Of a crowd, most come when no use is left: they take no lock.
    const still = await openDoor(ports, door)
    if (code && !still?.link && !(await isExpected(ports.database, groupId, by))) throw nothing()
    await changeNow(ports, groupId, by, (change) => comeIn(change, code, ports.maxMembers, nothing))
  })
  return groupId
}

/** `code` is null for a public group. */
async function comeIn(change: Change, code: string | null, maxMembers: number, nothing: () => Error): Promise<void> {
  const { sql, groupId, by, now } = change
  const [group] = await findGroupsOf(sql, by, [groupId])
  if (group) return
  const room = await findRoomToJoin(sql, groupId)
  if (!room || (await findBanned(sql, groupId, [by])).length > 0) throw nothing()
  // A repeated request.
  if (code && (await hasRequest(sql, groupId, by))) return
  const link = code === null ? null : await findLink(sql, code, now)
  if (code ? !link?.isUsable : room.kind !== 'PUBLIC') throw nothing()
  // An invite is an approval.
  const mustAsk = link?.needsApproval && !(await findInvite(sql, groupId, by))
  if (mustAsk) await ask(change, link, maxMembers)
  else await enter(change, room, link, maxMembers)
}

/** Whether the user is a member, or has asked to join: then a repeated request succeeds, whatever became of the link. */
async function isExpected(sql: Sql, groupId: string, userId: string): Promise<boolean> {
  return (await findRoles(sql, groupId, [userId])).has(userId) || hasRequest(sql, groupId, userId)
}

/** Throws RATE_LIMITED for one who has come in, or asked, too often in a day. */
async function requireFewJoins(
  { sql, groupId, by, now }: Change,
  count: (sql: Sql, groupId: string, userId: string, since: Date) => Promise<number>,
): Promise<void> {
  if ((await count(sql, groupId, by, new Date(now.getTime() - DAY_MS))) < MAX_JOINS_A_DAY) return
  throw new PublicError(
    'RATE_LIMITED',
    `You have come to this group ${MAX_JOINS_A_DAY} times in a day: try again later.`,
    {
      retryAfterMs: DAY_MS,
    },
  )
}

async function enter(change: Change, room: RoomToJoin, link: LinkRow | null, maxMembers: number): Promise<void> {
  await requireFewJoins(change, countStaysSince)
  requireRoom(room.memberCount, 1, maxMembers)
  if (link && !(await useLink(change.sql, link.id))) throw closed(link)
  await join(change, room, [{ userId: change.by, role: 'MEMBER' }])
  await change.record('JOINED', { userId: change.by, detail: link ? `link ${link.id}` : 'public' })
}

async function ask(change: Change, link: LinkRow, maxRequests: number): Promise<void> {
  const { sql, groupId, by, now } = change
  await requireFewJoins(change, countAsksSince)
  await insertRequest(sql, groupId, by, now)
  if ((await countRequests(sql, groupId, maxRequests + 1)) > maxRequests) {
    throw new PublicError('RATE_LIMITED', 'Too many users have asked to join this group: try again later.', {
      retryAfterMs: 3_600_000,
    })
  }
  if (!(await useLink(sql, link.id))) throw closed(link)
  await change.append('groups.JoinRequested', { groupId, userId: by, told: await findManagers(sql, groupId) })
  await change.record('JOIN_REQUESTED', { userId: by, detail: `link ${link.id}` })
}

type Outcome = 'APPROVED' | 'DECLINED' | 'CANCELLED'

async function endRequest(change: Change, userId: string, outcome: Outcome): Promise<void> {
  const told = [...new Set([userId, ...(await findManagers(change.sql, change.groupId))])]
  await change.append('groups.JoinRequestEnded', { groupId: change.groupId, userId, outcome, told })
  await change.record(`JOIN_REQUEST_${outcome}`, { userId })
}

/** Lets a user in who has asked. A member stays one. */
export function approve(ports: ChangePorts, by: string, groupId: string, userId: string): Promise<void> {
  return changeGroup(ports, groupId, by, async (change) => {
    const group = await lockedGroup(change)
    requireManager(group)
    if ((await findRoles(change.sql, groupId, [userId])).has(userId)) return
    if (!(await deleteRequest(change.sql, groupId, userId))) throw notFound('join request', userId)
    requireRoom(group.memberCount, 1, ports.maxMembers)
    await join(change, group, [{ userId, role: 'MEMBER' }])
    await endRequest(change, userId, 'APPROVED')
  })
}

export function declineRequest(ports: ChangePorts, by: string, groupId: string, userId: string): Promise<void> {
  return changeGroup(ports, groupId, by, async (change) => {
    requireManager(await lockedGroup(change))
    if (await deleteRequest(change.sql, groupId, userId)) await endRequest(change, userId, 'DECLINED')
  })
}

export function cancelRequest(ports: ChangePorts, by: string, groupId: string): Promise<void> {
  return changeGroup(ports, groupId, by, async (change) => {
    if (await deleteRequest(change.sql, groupId, by)) await endRequest(change, by, 'CANCELLED')
  })
}
