/** Events of the viewer's account, and of friends and blocks. */
import type { SignedInFieldsFragment } from '../generated/operations.ts'
import { writeUsers } from './entities.ts'
import { type Cases, lists, type Scene } from './scene.ts'
import { type Change, refOf } from './state.ts'

const user = (id: string) => refOf('User', id)

/** The other one of two users of whom one is the viewer. */
const other = (one: string, two: string, { viewerId }: Scene) => (one === viewerId ? two : one)

const unlisted = (id: string, ...from: readonly string[]): Change[] =>
  from.map((list) => ({ list, remove: [user(id)] }))

const listed = (id: string, list: string): Change => ({ list, insert: user(id), at: 'start' })

const { friends, incomingRequests, outgoingRequests, blocks } = lists

/** A request that ended without making friends. */
const ended = ({ fromId, toId }: { readonly fromId: string; readonly toId: string }, scene: Scene): Change[] =>
  unlisted(other(fromId, toId, scene), incomingRequests, outgoingRequests)

/** The whole lists of sessions and devices, as they are now. */
export function writeSignedIn({ sessions, devices }: Pick<SignedInFieldsFragment, 'sessions' | 'devices'>): Change[] {
  const written = (list: string, nodes: readonly { readonly __typename: string; readonly id: string }[]): Change[] => [
    ...nodes.map((node) => ({ merge: refOf(node.__typename, node.id), fields: { ...node } })),
    { list, set: nodes.map((node) => refOf(node.__typename, node.id)) },
  ]
  return [
    ...(sessions
      ? written(
          lists.sessions,
          sessions.edges.map(({ node }) => node),
        )
      : []),
    ...(devices
      ? written(
          lists.devices,
          devices.edges.map(({ node }) => node),
        )
      : []),
  ]
}

type Names =
  | 'ProfileChanged'
  | 'SettingsChanged'
  | 'SessionStarted'
  | 'SessionsEnded'
  | 'FriendRequested'
  | 'FriendRequestApproved'
  | 'FriendRequestRejected'
  | 'FriendRequestCancelled'
  | 'FriendRemoved'
  | 'BlocksChanged'

export const peopleCases: Cases<Names> = {
  ProfileChanged: ({ viewer }) => (viewer ? [{ merge: user(viewer.id), fields: { ...viewer } }] : []),
  SettingsChanged: ({ viewer }) => (viewer ? [{ merge: user(viewer.id), fields: { ...viewer } }] : []),
  SessionStarted: ({ viewer }) => (viewer ? writeSignedIn(viewer) : []),
  SessionsEnded: ({ viewer }) => (viewer ? writeSignedIn(viewer) : []),
  FriendRequested: ({ fromId, from, toId, to }, { viewerId }) => [
    ...writeUsers([from, to]),
    fromId === viewerId ? listed(toId, outgoingRequests) : listed(fromId, incomingRequests),
  ],
  FriendRequestApproved: ({ fromId, from, toId, to }, scene) => [
    ...writeUsers([from, to]),
    ...ended({ fromId, toId }, scene),
    listed(other(fromId, toId, scene), friends),
  ],
  FriendRequestRejected: ended,
  FriendRequestCancelled: ended,
  FriendRemoved: ({ byId, userId }, scene) => unlisted(other(byId, userId, scene), friends),
  BlocksChanged: ({ userId, user: named, blocked }) =>
    blocked
      ? [
          ...writeUsers([named]),
          ...unlisted(userId, friends, incomingRequests, outgoingRequests),
          listed(userId, blocks),
        ]
      : unlisted(userId, blocks),
}
