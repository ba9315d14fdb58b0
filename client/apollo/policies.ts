import type { TypePolicies } from '@apollo/client'
import { connection } from './connections.ts'

/** Without an id of its own: what one query selects of it is added to what another one did. */
const part = { merge: true } as const

/** How `InMemoryCache` keeps the schema's types. Add policies of your own beside them, by type. */
export const typePolicies: TypePolicies = {
  Query: {
    fields: {
      conversations: connection({ filter: ['filter'] }),
      scheduledMessages: connection({ filter: ['conversationId'] }),
      groupInvites: connection(),
      mentions: connection(),
      searchMessages: connection({ filter: ['query', 'conversationId'] }),
      messageVersions: connection({ filter: ['messageId'] }),
    },
  },
  Conversation: {
    fields: {
      messages: connection({ filter: ['filter'], endsByDefault: true }),
      pinnedMessages: connection(),
      participants: connection(),
    },
  },
  Message: { fields: { replies: connection(), readBy: connection() } },
  Group: {
    fields: {
      members: connection({ filter: ['roles', 'namePrefix'] }),
      invites: connection(),
      links: connection(),
      joinRequests: connection(),
      bans: connection(),
      auditLog: connection(),
    },
  },
  User: {
    fields: {
      sessions: connection(),
      devices: connection(),
      blocks: connection(),
      friends: connection(),
      incomingFriendRequests: connection(),
      outgoingFriendRequests: connection(),
      securityEvents: connection(),
    },
  },
  // Its user is its key; without it the presence stands where it was asked for.
  UserPresence: part,
  ConversationPreferences: part,
  Draft: part,
  GroupMember: part,
  Settings: part,
  NotificationSettings: part,
  PrivacySettings: part,
}
