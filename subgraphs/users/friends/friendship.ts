import type { NewEvent } from '../../../platform/eventlog/eventlog.ts'
import { PublicError } from '../../errors.ts'
import { MAX_FRIEND_REQUESTS, MAX_FRIENDS, MAX_SHOWN_REQUESTS, REJECTED_REQUEST_MS } from '../limits.ts'
import { friendEvents, type PairChange } from './pair.ts'
import { countFriends, endFriendship, makeFriends, putRequest, rejectRequest, withdrawRequest } from './store.ts'

/**
 * The viewer asks the other user. A request is hidden from the other user who has blocked the viewer, who rejected the
 * viewer a short while ago, or for whom very many wait: the viewer sees no difference.
 */
export async function sendRequest(pair: PairChange): Promise<readonly NewEvent[]> {
  const { sql, viewerId, otherId, deviceId, now, standing } = pair
  const { friends, sent, received, blocking, blocked } = standing
  if (friends) return []
  if (blocking) throw new PublicError('FORBIDDEN', 'You have blocked this user: unblock the user first.')
  if (received?.pending) return becomeFriends(pair)
  if (sent?.pending) return []
  const own = await countFriends(sql, viewerId)
  if (own.outgoing >= MAX_FRIEND_REQUESTS) {
    throw new PublicError('LIMIT_REACHED', `You have ${MAX_FRIEND_REQUESTS} requests without an answer: cancel some.`)
  }
  if (own.friends >= MAX_FRIENDS) throw tooManyFriends()
  // Asked in any case, so that the time of the answer does not tell whether the sender is blocked.
  const isFlooded = (await countFriends(sql, otherId)).incoming >= MAX_SHOWN_REQUESTS
  const wasRejected = sent?.rejectedAt != null && sent.rejectedAt.getTime() + REJECTED_REQUEST_MS > now.getTime()
  const hidden = blocked || wasRejected || isFlooded
  await putRequest(sql, { fromId: viewerId, toId: otherId, hidden, now })
  const event = { fromId: viewerId, toId: otherId, deviceId }
  return friendEvents('users.FriendRequested', event, hidden ? [viewerId] : [viewerId, otherId])
}

/** The viewer accepts the other user's request. */
export async function approveRequest(pair: PairChange): Promise<readonly NewEvent[]> {
  const { friends, received } = pair.standing
  if (friends) return []
  if (!received?.pending || received.hidden) {
    throw new PublicError('NOT_FOUND', `No request of the user ${pair.otherId} waits for your answer.`, {
      kind: 'friendRequest',
    })
  }
  return becomeFriends(pair)
}

/** The other user has asked, and the viewer wants it too. */
async function becomeFriends({ sql, viewerId, otherId, deviceId, now }: PairChange): Promise<readonly NewEvent[]> {
  const [own, others] = [await countFriends(sql, viewerId), await countFriends(sql, otherId)]
  if (own.friends >= MAX_FRIENDS || others.friends >= MAX_FRIENDS) throw tooManyFriends()
  await makeFriends(sql, viewerId, otherId, now)
  return friendEvents('users.FriendRequestApproved', { fromId: otherId, toId: viewerId, deviceId })
}

/** Afterwards the viewer sees no request of the other user. */
export async function refuseRequest(pair: PairChange): Promise<readonly NewEvent[]> {
  const { sql, viewerId, otherId, deviceId, now, standing } = pair
  if (!standing.received?.pending || standing.received.hidden) return []
  await rejectRequest(sql, otherId, viewerId, now)
  return friendEvents('users.FriendRequestRejected', { fromId: otherId, toId: viewerId, deviceId })
}

/** Afterwards no request of the viewer waits for the other user, who hears of it only after having seen the request. */
export async function cancelRequest(pair: PairChange): Promise<readonly NewEvent[]> {
  const { sql, viewerId, otherId, deviceId, standing } = pair
  if (!standing.sent?.pending) return []
  await withdrawRequest(sql, viewerId, otherId)
  const event = { fromId: viewerId, toId: otherId, deviceId }
  return friendEvents('users.FriendRequestCancelled', event, standing.sent.hidden ? [viewerId] : [viewerId, otherId])
}

/** Afterwards the two are no friends. */
export async function removeFriendship(pair: PairChange): Promise<readonly NewEvent[]> {
  const { sql, viewerId, otherId, deviceId, standing } = pair
  if (!standing.friends) return []
  await endFriendship(sql, viewerId, otherId)
  return friendEvents('users.FriendRemoved', { fromId: viewerId, toId: otherId, deviceId })
}

const tooManyFriends = () =>
  new PublicError('LIMIT_REACHED', `One of the two has ${MAX_FRIENDS} friends already: nobody may have more.`)
