import type { GroupRole } from './generated/resolvers.ts'

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
