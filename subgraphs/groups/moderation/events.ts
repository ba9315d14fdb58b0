/** The events of moderation. Their key is always the group's id. */
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'
import { actorOf, groupOf, told, userOf, type Told } from '../event.ts'

/** `mutedUntil` is ISO 8601; null lets the member send again. */
export type MemberMuted = Told & {
  readonly groupId: string
  readonly userId: string
  readonly by: string
  readonly mutedUntil: string | null
}

/** Delivered to the member and to the managers. Nobody gets a push. */
const memberMuted: EventKind<MemberMuted> = {
  name: 'groups.MemberMuted',
  orderedBy: 'group',
  audience: told,
  parse: payloadOf<MemberMuted>({ groupId: 'id', userId: 'id', by: 'id', mutedUntil: 'textOrNull', told: 'ids' }),
  view: () => 'told',
  project: ({ groupId, userId, by, mutedUntil }) => ({
    __typename: 'GroupMemberMuted',
    ...groupOf(groupId),
    ...userOf(userId),
    ...actorOf(by),
    mutedUntil,
  }),
}

export const kinds: readonly EventKind[] = [memberMuted]
