import { badInput, notFound } from '../../errors.ts'
import type { Change } from '../change.ts'
import type { GroupParticipants, GroupRole } from '../generated/resolvers.ts'
import { forbidden } from '../groups/rules.ts'
import { findBanned } from '../moderation/store.ts'
import { joined, type Said } from '../say.ts'
import { beginStays, findManagers, findMissingUsers } from './store.ts'

/**
 * Users who are named in one event. Members get one event for so many who joined by one act; with all ids of the largest
 * request it would be too large for the bus.
 */
const USERS_OF_EVENT = 500

export interface NewMember {
  readonly userId: string
  readonly role: GroupRole
}

/** The part of a group that says who is told of its members. */
export interface Tells {
  readonly whoMaySeeMembers: GroupParticipants
}

/**
 * The managers, if they alone are told who comes and goes, besides each user of itself: as in a broadcast group, where
 * each one who joins would otherwise cost a delivery to every member. Null if all members are told.
 */
export async function onlyTold({ sql, groupId }: Change, { whoMaySeeMembers }: Tells): Promise<string[] | null> {
  return whoMaySeeMembers === 'ADMINS' ? findManagers(sql, groupId) : null
}

/** Tells of members in the conversation, unless only managers are told of them. */
export async function sayOfMembers({ say }: Change, { whoMaySeeMembers }: Tells, said: Said): Promise<void> {
  if (whoMaySeeMembers === 'MEMBERS') await say(said)
}

/** Lets users who are no members join, and tells of it in the conversation. */
export async function join(change: Change, group: Tells, members: readonly NewMember[]): Promise<void> {
  await admit(change, group, members)
  await sayOfMembers(change, group, joined(members.map(({ userId }) => userId)))
}

/** Begins the stays of users who are no members, and tells of it by events. */
export async function admit(change: Change, group: Tells, members: readonly NewMember[]): Promise<void> {
  const { sql, groupId, by, now } = change
  const positions = await change.appendMany(
    'groups.MemberJoined',
    members.map(({ userId, role }) => ({ groupId, userId, role, by })),
  )
  const stays = members.map(({ userId, role }, at) => ({ userId, role, from: positions[at]! })) // one for each member
  const memberCount = await beginStays(sql, groupId, stays, now)
  const managers = await onlyTold(change, group)
  for (let at = 0; at < members.length; at += USERS_OF_EVENT) {
    const userIds = members.slice(at, at + USERS_OF_EVENT).map(({ userId }) => userId)
    if (managers) await change.append('groups.FollowersJoined', { groupId, userIds, by, managers, memberCount })
    else await change.append('groups.MembersJoined', { groupId, userIds, by, memberCount })
  }
}

/** Throws NOT_FOUND for a user who does not exist. */
export async function requirePeople({ sql }: Change, userIds: readonly string[]): Promise<void> {
  const [missing] = await findMissingUsers(sql, userIds)
  if (missing !== undefined) throw notFound('user', missing)
}

/** Throws FORBIDDEN if one of the users is banned. */
export async function requireNotBanned({ sql, groupId }: Change, userIds: readonly string[]): Promise<void> {
  const [banned] = await findBanned(sql, groupId, userIds)
  if (banned !== undefined) throw forbidden(`The user ${banned} is banned from the group: lift the ban first.`)
}

export function requireRoom(memberCount: number, more: number, maxMembers: number): void {
  if (memberCount + more > maxMembers) {
    throw badInput('userIds', `The group would have more than ${maxMembers} members.`)
  }
}
