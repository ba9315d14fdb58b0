/** The events of requests to join. Their key is always the group's id. */
import { inEachLanguage } from '../../push-texts/index.ts'
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'
import { groupOf, told, userOf, type Told } from '../event.ts'
import { findTitles } from '../groups/store.ts'
import { findManagers } from '../members/store.ts'
import { hasRequest } from './store.ts'

export type JoinRequested = Told & { readonly groupId: string; readonly userId: string }

export type JoinRequestEnded = Told & {
  readonly groupId: string
  readonly userId: string
  readonly outcome: 'APPROVED' | 'DECLINED' | 'CANCELLED'
}

/** Delivered to the managers, with a push. */
const joinRequested: EventKind<JoinRequested> = {
  name: 'groups.JoinRequested',
  orderedBy: 'group',
  audience: {
    ...told,
    toldNow: async (sql, { groupId, userId }) =>
      (await hasRequest(sql, groupId, userId)) ? findManagers(sql, groupId) : [],
  },
  parse: payloadOf<JoinRequested>({ groupId: 'id', userId: 'id', told: 'ids' }),
  view: () => 'told',
  project: ({ groupId, userId }) => ({ __typename: 'GroupJoinRequested', ...groupOf(groupId), ...userOf(userId) }),
  push: {
    withheldFrom: () => null,
    async describe(sql, requests) {
      const titles = await findTitles(
        sql,
        requests.map(({ groupId }) => groupId),
      )
      return requests.map(({ groupId }, at) => ({
        title: titles[at] ?? inEachLanguage(({ texts }) => texts.yourGroup),
        body: inEachLanguage(({ texts }) => texts.asksToJoin),
        data: { groupId },
      }))
    },
    describeUnreadable: (key) => ({
      title: inEachLanguage(({ texts }) => texts.yourGroup),
      body: '',
      data: { groupId: key },
    }),
  },
}

/** Delivered to the one who asked and to the managers. Nobody gets a push. */
const joinRequestEnded: EventKind<JoinRequestEnded> = {
  name: 'groups.JoinRequestEnded',
  orderedBy: 'group',
  audience: told,
  parse: payloadOf<JoinRequestEnded>({ groupId: 'id', userId: 'id', outcome: 'text', told: 'ids' }),
  view: () => 'told',
  project: ({ groupId, userId, outcome }) => ({
    __typename: 'GroupJoinRequestEnded',
    groupId,
    ...userOf(userId),
    outcome,
  }),
}

export const kinds: readonly EventKind[] = [joinRequested, joinRequestEnded]
