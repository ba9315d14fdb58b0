/** The events of who joins and leaves, and of roles. Their key is always the group's id. */
import { inEachLanguage } from '../../push-texts/index.ts'
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'
import { actorOf, groupOf, told, userOf, type Told } from '../event.ts'
import type { GroupRole } from '../generated/resolvers.ts'
import { findTitles } from '../groups/store.ts'
import { membersAt } from './audience.ts'

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
export type MembersJoined = {
  readonly groupId: string
  readonly userIds: readonly string[]
  readonly by: string
  /** Members afterwards. Older events do not have it. */
  readonly memberCount?: number
}

/** `managers` are shown all of it. */
export type FollowersJoined = MembersJoined & { readonly managers: readonly string[] }

export type LeaveReason = 'LEFT' | 'REMOVED' | 'BANNED'

/** The stay's `until` is this event's position. `by` is the user itself if it left. Older events have no reason. */
export type MemberLeft = {
  readonly groupId: string
  readonly userId: string
  readonly by: string
  readonly reason?: LeaveReason
  /** Members afterwards. Older events do not have it. */
  readonly memberCount?: number
}

export type RoleChanged = {
  readonly groupId: string
  readonly userId: string
  readonly role: GroupRole
  readonly by: string
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
  audience: membersAt,
  parse: payloadOf<MembersJoined>({ groupId: 'id', userIds: 'ids', by: 'id', memberCount: 'maybeInteger' }),
  view: () => 'member',
  project: ({ groupId, userIds, by, memberCount }) => ({
    __typename: 'MembersJoined',
    ...groupOf(groupId),
    userIds,
    users: userIds.map((id) => ({ id })),
    ...actorOf(by),
    memberCount: memberCount ?? null,
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
        title: titles[at] ?? inEachLanguage(({ texts }) => texts.newGroup),
        body: inEachLanguage(({ texts }) => texts.addedToGroup),
        data: { groupId },
      }))
    },
    describeUnreadable: (key) => ({
      title: inEachLanguage(({ texts }) => texts.newGroup),
      body: '',
      data: { groupId: key },
    }),
  },
}

/** Delivered to the members, including the one who left. Nobody gets a push. */
const memberLeft: EventKind<MemberLeft> = {
  name: 'groups.MemberLeft',
  orderedBy: 'group',
  audience: membersAt,
  parse: payloadOf<MemberLeft>({
    groupId: 'id',
    userId: 'id',
    by: 'id',
    reason: 'maybeText',
    memberCount: 'maybeInteger',
  }),
  view: () => 'member',
  project: ({ groupId, userId, by, reason, memberCount }) => ({
    __typename: 'MemberLeft',
    ...groupOf(groupId),
    ...userOf(userId),
    ...actorOf(by),
    reason: reason ?? (userId === by ? 'LEFT' : 'REMOVED'),
    memberCount: memberCount ?? null,
  }),
}

/** Delivered to the members. Nobody gets a push. Older events were delivered to nobody. */
const roleChanged: EventKind<RoleChanged> = {
  name: 'groups.RoleChanged',
  orderedBy: 'group',
  audience: membersAt,
  parse: payloadOf<RoleChanged>({ groupId: 'id', userId: 'id', role: 'text', by: 'id' }),
  view: () => 'member',
  project: ({ groupId, userId, role, by }) => ({
    __typename: 'GroupRoleChanged',
    ...groupOf(groupId),
    ...userOf(userId),
    ...actorOf(by),
    role,
  }),
}

/** The same kinds in a group whose members are not told of each other. Each new member is only shown itself. */
const followersJoined: EventKind<FollowersJoined> = {
  ...membersJoined,
  name: 'groups.FollowersJoined',
  audience: { of: 'users', users: ({ managers, userIds }) => [...new Set([...managers, ...userIds])] },
  parse: payloadOf<FollowersJoined>({
    groupId: 'id',
    userIds: 'ids',
    by: 'id',
    managers: 'ids',
    memberCount: 'maybeInteger',
  }),
  view: ({ managers }, { userId }) => (managers.includes(userId) ? 'manager' : userId),
  project: ({ groupId, userIds, by, managers, memberCount }, { userId }) => {
    const shown = managers.includes(userId) ? userIds : userIds.filter((id) => id === userId)
    return {
      __typename: 'MembersJoined',
      ...groupOf(groupId),
      userIds: shown,
      users: shown.map((id) => ({ id })),
      ...actorOf(by),
      memberCount: memberCount ?? null,
    }
  },
}

const followerLeft: EventKind<MemberLeft & Told> = {
  ...memberLeft,
  name: 'groups.FollowerLeft',
  audience: told,
  parse: payloadOf<MemberLeft & Told>({
    groupId: 'id',
    userId: 'id',
    by: 'id',
    reason: 'maybeText',
    told: 'ids',
    memberCount: 'maybeInteger',
  }),
}

const followerRoleChanged: EventKind<RoleChanged & Told> = {
  ...roleChanged,
  name: 'groups.FollowerRoleChanged',
  audience: told,
  parse: payloadOf<RoleChanged & Told>({ groupId: 'id', userId: 'id', role: 'text', by: 'id', told: 'ids' }),
}

export const kinds: readonly EventKind[] = [
  memberJoined,
  membersJoined,
  memberLeft,
  roleChanged,
  followersJoined,
  followerLeft,
  followerRoleChanged,
]
