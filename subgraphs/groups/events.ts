/** All kinds of events of this room. */
import type { EventKind } from '../../platform/eventlog/kinds.ts'
import { kinds as groups, type GroupCreated, type GroupDeleted, type GroupUpdated } from './groups/events.ts'
import { kinds as invites, type InviteEnded, type Invited, type InviteNotTold } from './invites/events.ts'
import { kinds as links, type JoinRequested, type JoinRequestEnded } from './links/events.ts'
import {
  kinds as members,
  type MemberJoined,
  type FollowersJoined,
  type MemberLeft,
  type MembersJoined,
  type RoleChanged,
} from './members/events.ts'
import { kinds as moderation, type MemberMuted } from './moderation/events.ts'
import type { Told } from './event.ts'

/** The payload of each kind. */
export interface GroupPayloads {
  readonly 'groups.GroupCreated': GroupCreated
  readonly 'groups.GroupUpdated': GroupUpdated
  readonly 'groups.GroupDeleted': GroupDeleted
  readonly 'groups.MemberJoined': MemberJoined
  readonly 'groups.MembersJoined': MembersJoined
  readonly 'groups.MemberLeft': MemberLeft
  readonly 'groups.RoleChanged': RoleChanged
  readonly 'groups.FollowersJoined': FollowersJoined
  readonly 'groups.FollowerLeft': MemberLeft & Told
  readonly 'groups.FollowerRoleChanged': RoleChanged & Told
  readonly 'groups.Invited': Invited
  readonly 'groups.InviteNotTold': InviteNotTold
  readonly 'groups.InviteEnded': InviteEnded
  readonly 'groups.JoinRequested': JoinRequested
  readonly 'groups.JoinRequestEnded': JoinRequestEnded
  readonly 'groups.MemberMuted': MemberMuted
}

export const kinds: readonly EventKind[] = [...groups, ...members, ...invites, ...links, ...moderation]
