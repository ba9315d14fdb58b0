import type { Database } from '../../platform/sql/sql.ts'
import type { People, UserIdentity } from './people.ts'
import { succeed } from './subgraph.ts'

type Act =
  | 'sendFriendRequest'
  | 'approveFriendRequest'
  | 'rejectFriendRequest'
  | 'cancelFriendRequest'
  | 'removeFriend'
  | 'blockUser'
  | 'unblockUser'

const typeOf = (act: Act) => `${act.charAt(0).toUpperCase()}${act.slice(1)}Input`

/** What users do to each other, by the public API, and what they see of it. */
export function makeFriendActs(people: People, database: Database) {
  const tryTo = (act: Act, by: UserIdentity, to: UserIdentity | string) =>
    people.ask(by, `mutation ($input: ${typeOf(act)}!) { ${act}(input: $input) { user { id friendStatus } } }`, {
      input: { userId: typeof to === 'string' ? to : to.userId },
    })
  const does = async (act: Act, by: UserIdentity, to: UserIdentity): Promise<string> =>
    (await succeed(tryTo(act, by, to)))[act].user.friendStatus
  return {
    tryTo,
    /** Does it, and gives what the two are then, as the one who did it is told. */
    does,
    async befriend(one: UserIdentity, other: UserIdentity) {
      await does('sendFriendRequest', one, other)
      await does('approveFriendRequest', other, one)
    },
    /** All that a user sees of friends, requests and blocks: the ids of the others. */
    async sees(who: UserIdentity) {
      const { me } = await succeed(
        people.ask(
          who,
          `{ me {
            friends { edges { node { id } } }
            incomingFriendRequests { edges { node { from { id } } } }
            outgoingFriendRequests { edges { node { to { id } } } }
            blocks { edges { node { id } } }
          } }`,
        ),
      )
      const ids = (edges: { node: { id?: string; from?: { id: string }; to?: { id: string } } }[]) =>
        edges.map(({ node }) => node.id ?? node.from?.id ?? node.to?.id)
      return {
        friends: ids(me.friends.edges),
        incoming: ids(me.incomingFriendRequests.edges),
        outgoing: ids(me.outgoingFriendRequests.edges),
        blocks: ids(me.blocks.edges),
      }
    },
    async statusOf(viewer: UserIdentity, other: UserIdentity): Promise<string | null> {
      const ask = 'query ($id: ID!) { user(id: $id) { friendStatus } }'
      return (await succeed(people.ask(viewer, ask, { id: other.userId }))).user.friendStatus
    },
    /** What an app has that applies a user's events to an empty state, in their order: sorted, as `sees` has it. */
    async seesByEvents(who: UserIdentity) {
      const { rows } = await database.query<{ kind: string; payload: Record<string, string> }>(
        `select kind, payload from events.log
         where key = $1::text and kind <> 'users.FriendNotTold' order by epoch, xid, id`,
        [who.userId],
      )
      const state = { friends: new Set(), incoming: new Set(), outgoing: new Set(), blocks: new Set() }
      for (const { kind, payload } of rows) {
        const { fromId, toId, otherId, blocked } = payload
        const isOwn = fromId === who.userId
        const [requests, other] = isOwn ? [state.outgoing, toId] : [state.incoming, fromId]
        if (kind === 'users.FriendRequested') requests.add(other)
        else if (kind === 'users.BlocksChanged') state.blocks[blocked ? 'add' : 'delete'](otherId)
        else if (kind === 'users.FriendRemoved') state.friends.delete(other)
        else requests.delete(other)
        if (kind === 'users.FriendRequestApproved') state.friends.add(other)
      }
      return Object.fromEntries(Object.entries(state).map(([list, ids]) => [list, [...ids].sort()]))
    },
    /** The events that a user gets, without the room's name, in their order. */
    async eventsOf(who: UserIdentity): Promise<{ kind: string; fromId: string; toId: string; deviceId: string }[]> {
      const { rows } = await database.query<{ kind: string; payload: Record<string, string> }>(
        `select kind, payload from events.log
         where key = $1::text and kind <> 'users.FriendNotTold' order by epoch, xid, id`,
        [who.userId],
      )
      return rows.map(({ kind, payload: { fromId = '', toId = '', deviceId = '' } }) => ({
        kind: kind.replace('users.', ''),
        fromId,
        toId,
        deviceId,
      }))
    },
  }
}
