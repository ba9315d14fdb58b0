import * as world from '../harness/world.mjs'

const { conversations, messages, greeting, displayName, avatarUrl, title, memberCount } = world

/**
 * What is asked. `viewer` differs from request to request, so that no gateway may answer two of those under way as one;
 * the document never does, so that every gateway may keep its plan.
 */
export const cases = [
  {
    name: 'one field',
    query: 'query OneField($viewer: ID!) { greeting(viewer: $viewer) }',
    expected: (viewer) => ({ greeting: greeting(viewer) }),
  },
  {
    name: 'two hops, 20 conversations',
    query: `query Conversations($viewer: ID!) {
      conversations(viewer: $viewer, first: 20) {
        id title unread
        lastMessage { id sequence text sentAt sender { id displayName avatarUrl } }
      }
    }`,
    expected: (viewer) => ({
      conversations: conversations(viewer, 20).map(({ id, title, unread, lastMessage }) => ({
        id,
        title,
        unread,
        lastMessage: messageOf(lastMessage),
      })),
    }),
  },
  {
    name: 'three subgraphs, 100 entities',
    query: `query Messages($viewer: ID!) {
      messages(viewer: $viewer, first: 50) {
        id sequence text sentAt
        sender { id displayName avatarUrl }
        group { id title memberCount }
      }
    }`,
    expected: (viewer) => ({
      messages: messages(viewer, 50).map((message) => ({ ...messageOf(message), group: groupOf(message.group) })),
    }),
  },
]

const messageOf = ({ id, sequence, text, sentAt, sender }) => ({ id, sequence, text, sentAt, sender: personOf(sender) })
const personOf = ({ id }) => ({ id, displayName: displayName(id), avatarUrl: avatarUrl(id) })
const groupOf = ({ id }) => ({ id, title: title(id), memberCount: memberCount(id) })
