/** The events of a group as a whole. Their key is always the group's id. */
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'
import { actorOf, groupOf } from '../event.ts'
import { membersAt } from '../members/audience.ts'

export type GroupCreated = { readonly groupId: string; readonly title: string; readonly by: string }

/** `changed` names the fields. The present values are read from this room. */
export type GroupUpdated = { readonly groupId: string; readonly by: string; readonly changed: readonly string[] }

/** All stays end at this event's position. */
export type GroupDeleted = { readonly groupId: string; readonly by: string }

const groupCreated: EventKind<GroupCreated> = {
  name: 'groups.GroupCreated',
  orderedBy: 'group',
  audience: { of: 'nobody' },
  parse: (payload) => payload as GroupCreated,
}

/** Delivered to the members. Nobody gets a push. */
const groupUpdated: EventKind<GroupUpdated> = {
  name: 'groups.GroupUpdated',
  orderedBy: 'group',
  audience: membersAt,
  parse: payloadOf<GroupUpdated>({ groupId: 'id', by: 'id', changed: 'texts' }),
  view: () => 'member',
  project: ({ groupId, by, changed }) => ({
    __typename: 'GroupUpdated',
    ...groupOf(groupId),
    ...actorOf(by),
    changed,
  }),
}

/** Delivered to the last members. Nobody gets a push. */
const groupDeleted: EventKind<GroupDeleted> = {
  name: 'groups.GroupDeleted',
  orderedBy: 'group',
  audience: membersAt,
  parse: payloadOf<GroupDeleted>({ groupId: 'id', by: 'id' }),
  view: () => 'member',
  project: ({ groupId, by }) => ({ __typename: 'GroupDeleted', groupId, ...actorOf(by) }),
}

export const kinds: readonly EventKind[] = [groupCreated, groupUpdated, groupDeleted]
