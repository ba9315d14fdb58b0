import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { parseId } from '../../parse.ts'
import type { GroupRole } from '../generated/resolvers.ts'
import { findMembersAt } from './audience.ts'
import { findTitles } from '../groups/store.ts'

/** The events of this room in the log. Their key is always the group's id. */
export type GroupEvent =
  | { readonly kind: 'groups.GroupCreated'; readonly key: string; readonly payload: GroupCreated }
  | { readonly kind: 'groups.MemberJoined'; readonly key: string; readonly payload: MemberJoined }
  | { readonly kind: 'groups.MembersJoined'; readonly key: string; readonly payload: MembersJoined }
  | { readonly kind: 'groups.MemberLeft'; readonly key: string; readonly payload: MemberLeft }
  | { readonly kind: 'groups.RoleChanged'; readonly key: string; readonly payload: RoleChanged }

export type GroupCreated = { readonly groupId: string; readonly title: string; readonly by: string }

/** The stay's `from` is this event's position. */
export type MemberJoined = {
  readonly groupId: string
  readonly userId: string
  readonly role: GroupRole
  readonly by: string
}

/**
 * The users who joined by one act, after a MemberJoined for each of them. Members get this one event, however many
 * joined.
 */
export type MembersJoined = { readonly groupId: string; readonly userIds: readonly string[]; readonly by: string }

/** The stay's `until` is this event's position. `by` is the user itself if it left. */
export type MemberLeft = { readonly groupId: string; readonly userId: string; readonly by: string }

/** Follows the MemberLeft of an owner: the new owner of the group. */
export type RoleChanged = {
  readonly groupId: string
  readonly userId: string
  readonly role: GroupRole
  readonly by: string
}

const isId = (value: unknown): value is string => typeof value === 'string' && parseId(value) !== null

const groupCreated: EventKind<GroupCreated> = {
  name: 'groups.GroupCreated',
  orderedBy: 'group',
  audience: { of: 'nobody' },
  parse: (payload) => payload as GroupCreated,
}

/** Marks the start of a stay. Delivered to nobody: the creation of a group of 500 would cost 125,000 deliveries. */
const memberJoined: EventKind<MemberJoined> = {
  name: 'groups.MemberJoined',
  orderedBy: 'group',
  audience: { of: 'nobody' },
  parse: (payload) => payload as MemberJoined,
}

/** Delivered to the members, including the new ones; a new member who was added by another user gets a push. */
const membersJoined: EventKind<MembersJoined> = {
  name: 'groups.MembersJoined',
  orderedBy: 'group',
  audience: { of: 'position', find: findMembersAt },
  parse(payload) {
    const { groupId, userIds, by } = (payload ?? {}) as Partial<Record<keyof MembersJoined, unknown>>
    const known = isId(groupId) && isId(by) && Array.isArray(userIds) && userIds.every(isId)
    return known ? (payload as MembersJoined) : null
  },
  view: () => 'member',
  project: ({ groupId, userIds, by }) => ({
    __typename: 'MembersJoined',
    groupId,
    group: { id: groupId },
    userIds,
    users: userIds.map((id) => ({ id })),
    byId: by,
    by: { id: by },
  }),
  push: {
    withheldFrom({ userIds, by }, userId) {
      if (by === userId) return 'own act'
      return userIds.includes(userId) ? null : 'not the one who joined'
    },
    async describe(sql, joined) {
      const titles = await findTitles(
        sql,
        joined.map(({ groupId }) => groupId),
      )
      return joined.map(({ groupId }, at) => ({
        title: titles[at] ?? 'New group',
        body: 'You were added to the group.',
        data: { groupId },
      }))
    },
    describeUnreadable: (key) => ({ title: 'New group', body: '', data: { groupId: key } }),
  },
}

/** Delivered to the members, including the one who left. Nobody gets a push. */
const memberLeft: EventKind<MemberLeft> = {
  name: 'groups.MemberLeft',
  orderedBy: 'group',
  audience: { of: 'position', find: findMembersAt },
  parse(payload) {
    const { groupId, userId, by } = (payload ?? {}) as Partial<Record<keyof MemberLeft, unknown>>
    return isId(groupId) && isId(userId) && isId(by) ? (payload as MemberLeft) : null
  },
  view: () => 'member',
  project: ({ groupId, userId, by }) => ({
    __typename: 'MemberLeft',
    groupId,
    group: { id: groupId },
    userId,
    user: { id: userId },
    byId: by,
    by: { id: by },
  }),
}

const roleChanged: EventKind<RoleChanged> = {
  name: 'groups.RoleChanged',
  orderedBy: 'group',
  audience: { of: 'nobody' },
  parse: (payload) => payload as RoleChanged,
}

export const kinds: readonly EventKind[] = [groupCreated, memberJoined, membersJoined, memberLeft, roleChanged]
