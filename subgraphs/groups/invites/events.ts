/** The events of invites. Their key is always the group's id. */
import { inEachLanguage } from '../../push-texts/index.ts'
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'
import { actorOf, told, userOf, type Told } from '../event.ts'
import { findTitles } from '../groups/store.ts'
import { findInvite } from './store.ts'

export type Invited = { readonly groupId: string; readonly userId: string; readonly by: string }

/** For an invited user who has blocked the inviter: nobody hears of it. */
export type InviteNotTold = { readonly groupId: string }

export type InviteEnded = Told & {
  readonly groupId: string
  readonly userId: string
  readonly outcome: 'ACCEPTED' | 'DECLINED' | 'CANCELLED'
}

/** Delivered to the invited user, with a push. */
const invited: EventKind<Invited> = {
  name: 'groups.Invited',
  orderedBy: 'group',
  audience: {
    of: 'users',
    users: ({ userId }) => [userId],
    async toldNow(sql, { groupId, userId, by }) {
      const invite = await findInvite(sql, groupId, userId)
      return invite?.byId === by ? [userId] : []
    },
  },
  parse: payloadOf<Invited>({ groupId: 'id', userId: 'id', by: 'id' }),
  project: ({ groupId, by }) => ({ __typename: 'GroupInviteReceived', groupId, ...actorOf(by) }),
  push: {
    withheldFrom: () => null,
    async describe(sql, invites) {
      const titles = await findTitles(
        sql,
        invites.map(({ groupId }) => groupId),
      )
      return invites.map(({ groupId }, at) => ({
        title: titles[at] ?? inEachLanguage(({ texts }) => texts.newGroup),
        body: inEachLanguage(({ texts }) => texts.invitedToGroup),
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

/** Written as `groups.Invited` is, so that the time of the answer does not tell the inviter of the block. */
const inviteNotTold: EventKind<InviteNotTold> = {
  name: 'groups.InviteNotTold',
  orderedBy: 'group',
  audience: { of: 'nobody' },
  parse: (payload) => payload as InviteNotTold,
}

/** Delivered to the invited user and the one who invited. Nobody gets a push. */
const inviteEnded: EventKind<InviteEnded> = {
  name: 'groups.InviteEnded',
  orderedBy: 'group',
  audience: told,
  parse: payloadOf<InviteEnded>({ groupId: 'id', userId: 'id', outcome: 'text', told: 'ids' }),
  view: () => 'told',
  project: ({ groupId, userId, outcome }) => ({ __typename: 'GroupInviteEnded', groupId, ...userOf(userId), outcome }),
}

export const kinds: readonly EventKind[] = [invited, inviteNotTold, inviteEnded]
