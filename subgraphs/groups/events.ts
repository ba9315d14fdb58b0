import type { EventKind } from '../../platform/eventlog/kinds.ts'
import { parseId } from '../parse.ts'
import type { GroupRole } from './generated/resolvers.ts'
import { findMembersAt } from './store/audience.ts'
import { findTitles } from './store/groups.ts'

/** What this room appends to the event log, always under the group's id as the key. */
export type GroupEvent =
  | { readonly kind: 'groups.GroupCreated'; readonly key: string; readonly payload: GroupCreated }
  | { readonly kind: 'groups.MemberJoined'; readonly key: string; readonly payload: MemberJoined }
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

/** The stay's `until` is this event's position. `by` is the user itself where it left. */
export type MemberLeft = { readonly groupId: string; readonly userId: string; readonly by: string }

/** Follows the MemberLeft of an owner: who owns the group from then on. */
export type RoleChanged = {
  readonly groupId: string
  readonly userId: string
  readonly role: GroupRole
  readonly by: string
}

/** Null for what this room did not append. */
function parseMembership<Payload extends { groupId: string; userId: string; by: string }>(
  payload: unknown,
): Payload | null {
  const { groupId, userId, by } = (payload ?? {}) as Partial<Record<keyof Payload, unknown>>
  const ids = [groupId, userId, by].every((id) => typeof id === 'string' && parseId(id) !== null)
  return ids ? (payload as Payload) : null
}

/** Entities are ids: who may not see the group, or never could see the user, gets null from their subgraph. */
const projectMembership = ({ groupId, userId, by }: MemberLeft) => ({
  group: { id: groupId },
  user: { id: userId },
  by: { id: by },
})

const groupCreated: EventKind<GroupCreated> = {
  name: 'groups.GroupCreated',
  orderedBy: 'group',
  audience: { of: 'nobody' },
  parse: (payload) => payload as GroupCreated,
}

/** To the members, the one who joined among them, who is pushed where somebody else did it. */
export const memberJoined: EventKind<MemberJoined> = {
  name: 'groups.MemberJoined',
  orderedBy: 'group',
  audience: { of: 'position', find: findMembersAt },
  parse: parseMembership<MemberJoined>,
  project: (joined) => ({ __typename: 'MemberJoined', ...projectMembership(joined) }),
  push: {
    withheldFrom(joined, userId) {
      if (userId !== joined.userId) return 'not the one who joined'
      return joined.by === userId ? 'own act' : null
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

/** To the members, the one who left among them; nobody is pushed. */
export const memberLeft: EventKind<MemberLeft> = {
  name: 'groups.MemberLeft',
  orderedBy: 'group',
  audience: { of: 'position', find: findMembersAt },
  parse: parseMembership<MemberLeft>,
  project: (left) => ({ __typename: 'MemberLeft', ...projectMembership(left) }),
}

const roleChanged: EventKind<RoleChanged> = {
  name: 'groups.RoleChanged',
  orderedBy: 'group',
  audience: { of: 'nobody' },
  parse: (payload) => payload as RoleChanged,
}

export const kinds: readonly EventKind[] = [groupCreated, memberJoined, memberLeft, roleChanged]
