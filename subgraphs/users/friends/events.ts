/** The kinds of events of this topic. */
import { inEachLanguage } from '../../push-texts/index.ts'
import type { EventKind, Projection, PushRule, Saying } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'
import { findPeople } from '../people/store.ts'

/**
 * What happens between two users is one event for each of them, so that all events of a user have one order. The
 * event's key is `userId`, who gets it. A user who must not hear of something gets no event.
 */
export type FriendEvent = {
  readonly userId: string
  /** Who sent the request, or ended the friendship. */
  readonly fromId: string
  /** The other one of the two. */
  readonly toId: string
  /** The device that acted; its streams do not get the event. */
  readonly deviceId: string
}

/**
 * Stands in the log where the other user must not hear of a request. With it the sender's request takes the same
 * statements as any other: the time of its answer does not tell that the sender is blocked.
 */
export const NOT_TOLD = 'users.FriendNotTold'

const notTold: EventKind = {
  name: NOT_TOLD,
  orderedBy: 'user',
  audience: { of: 'nobody' },
  parse: () => null,
}

export type FriendEventKind =
  | 'users.FriendRequested'
  | 'users.FriendRequestApproved'
  | 'users.FriendRequestRejected'
  | 'users.FriendRequestCancelled'
  | 'users.FriendRemoved'

const parse = payloadOf<FriendEvent>({ userId: 'id', fromId: 'id', toId: 'id', deviceId: 'id' })

const kind = (
  name: FriendEventKind,
  project: (event: FriendEvent) => Projection,
  push?: PushRule<FriendEvent>,
): EventKind<FriendEvent> => ({
  name,
  orderedBy: 'user',
  audience: { of: 'users', users: ({ userId }) => [userId] },
  parse,
  project,
  view: () => 'own',
  isFrom: (event, { deviceId }) => event.deviceId === deviceId,
  ...(push && { push }),
})

const request =
  (__typename: string) =>
  ({ fromId, toId }: FriendEvent): Projection => ({ __typename, fromId, from: { id: fromId }, toId, to: { id: toId } })

/** The user who acted gets no push; the other one gets one with the name of who acted. */
const pushFrom = (actor: 'fromId' | 'toId', body: Saying): PushRule<FriendEvent> => ({
  withheldFrom: (event, userId) => (event[actor] === userId ? 'own act' : null),
  async describe(sql, events) {
    const people = await findPeople(
      sql,
      events.map((event) => event[actor]),
    )
    return events.map((event, at) => ({
      title: people[at]?.displayName ?? inEachLanguage(({ texts }) => texts.somebody),
      body,
      data: { userId: event[actor] },
    }))
  },
  describeUnreadable: () => ({ title: inEachLanguage(({ texts }) => texts.friends), body: '', data: {} }),
})

export const kinds: readonly EventKind[] = [
  kind(
    'users.FriendRequested',
    request('FriendRequested'),
    pushFrom(
      'fromId',
      inEachLanguage(({ texts }) => texts.wantsToBeFriend),
    ),
  ),
  kind(
    'users.FriendRequestApproved',
    request('FriendRequestApproved'),
    pushFrom(
      'toId',
      inEachLanguage(({ texts }) => texts.isFriendNow),
    ),
  ),
  kind('users.FriendRequestRejected', request('FriendRequestRejected')),
  kind('users.FriendRequestCancelled', request('FriendRequestCancelled')),
  kind('users.FriendRemoved', ({ fromId, toId }) => ({
    __typename: 'FriendRemoved',
    byId: fromId,
    by: { id: fromId },
    userId: toId,
    user: { id: toId },
  })),
  notTold,
]
