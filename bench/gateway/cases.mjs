import * as world from '../harness/world.mjs'

const { conversations, messages, greeting, displayName, avatarUrl, role, online } = world

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
        lastMessage: messageOf(lastMessage, (person) => ({
          id: person,
          displayName: displayName(person),
          avatarUrl: avatarUrl(person),
        })),
      })),
    }),
  },
  {
    name: 'three subgraphs, 100 entities',
    query: `query Messages($viewer: ID!) {
      messages(viewer: $viewer, first: 100) {
        id sequence text sentAt sender { id displayName role online }
      }
    }`,
    expected: (viewer) => ({
      messages: messages(viewer, 100).map((message) =>
        messageOf(message, (person) => ({
          id: person,
          displayName: displayName(person),
          role: role(person),
          online: online(person),
        })),
      ),
    }),
  },
]

function messageOf({ id, sequence, text, sentAt, sender }, personOf) {
  return { id, sequence, text, sentAt, sender: personOf(sender.id) }
}
