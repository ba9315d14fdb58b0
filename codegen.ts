import type { CodegenConfig } from '@graphql-codegen/cli'

const scalars = {
  DateTime: { input: 'Date', output: 'string | Date' },
  Cursor: { input: 'string', output: 'string' },
  JSON: { input: 'unknown', output: 'object' },
  _FieldSet: 'string',
}

/** The scalars as clients see them, in JSON. */
const wireScalars = { DateTime: 'string', Cursor: 'string', JSON: 'unknown' }

/** The resolver types of one subgraph. `mappers` names the row that each type's resolvers get. */
const subgraph = (name: string, mappers: Record<string, string>): CodegenConfig['generates'] => ({
  [`subgraphs/${name}/generated/resolvers.ts`]: {
    schema: `schema/${name}/*.graphql`,
    plugins: ['typescript', 'typescript-resolvers'],
    config: {
      federation: true,
      useTypeImports: true,
      enumsAsTypes: true,
      strictScalars: true,
      scalars,
      mappers,
      // A topic names the ports of its resolvers; one that names none gets none.
      contextType: 'unknown',
    },
  },
})

const config: CodegenConfig = {
  generates: {
    ...subgraph('users', {
      User: '../people/store.ts#PersonRow',
      MyData: '../../export.ts#MyDataRef',
      MyRecord: '../../export.ts#ExportedRecord',
      Session: '../sessions/store.ts#SessionRow',
      Device: '../devices/store.ts#DeviceRow',
      Settings: '../settings/store.ts#SettingsRow',
      PrivacySettings: '../settings/store.ts#SettingsRow',
      FriendRequest: '../friends/store.ts#FriendRequestRow',
      NewSession: '../sign-in/sign-in.ts#SignedIn',
      SecurityEvent: '../security-log/store.ts#SecurityEventRow',
      PushDecision: '../push-log/store.ts#PushDecisionRow',
      ParkedEvent: '../parked/ports.ts#ParkedEventRow',
      AdminTokens: '../admin-sign-in/sign-in.ts#Tokens',
      Suspension: '../suspension/store.ts#SuspensionRow',
      UserPresence: '../presence/presence.ts#PresenceRow',
    }),
    ...subgraph('chat', {
      Conversation: '../conversations/ports.ts#ConversationRef',
      MyData: '../../export.ts#MyDataRef',
      MyRecord: '../../export.ts#ExportedRecord',
      Message: '../messages/events.ts#VisibleMessage',
      ForwardOrigin: '../messages/body.ts#Origin',
      ScheduledMessage: '../scheduled/store.ts#ScheduledRow',
      ReviewedMessage: '../messages/history.ts#MessageRow',
      StickerPack: '../../../platform/catalog/catalog.ts#Pack',
      MessageReaction: '../reactions/store.ts#ReactionRow',
      Media: '../media/store.ts#MediaRow',
    }),
    ...subgraph('groups', {
      Group: '../groups/store.ts#GroupRow',
      MyData: '../../export.ts#MyDataRef',
      MyRecord: '../../export.ts#ExportedRecord',
      GroupMember: '../members/list.ts#MemberRow',
      GroupPreview: '../groups/preview.ts#PreviewRow',
      GroupInvite: '../invites/store.ts#InviteRow',
      GroupLink: '../links/store.ts#LinkRow',
      GroupJoinRequest: '../links/store.ts#RequestRow',
      GroupBan: '../moderation/store.ts#BanRow',
      GroupAuditEntry: '../moderation/audit.ts#AuditRow',
      Report: '../reports/store.ts#ReportRow',
    }),
    'client/generated/operations.ts': {
      schema: 'schema/api.graphql',
      documents: 'schema/operations/*.graphql',
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: wireScalars,
        skipTypename: true,
      },
    },
  },
}

export default config
