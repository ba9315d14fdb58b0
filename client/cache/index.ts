/**
 * The heart of a client's cache: what each event of the inbox means for what the client knows. Without a dependency and without
 * effects: a cache of another library can write the changes in its own way.
 */
export { changesOf, writeEvents } from './changes.ts'
export {
  loadAccount,
  loadContacts,
  loadConversation,
  loadConversations,
  loadGroupInvites,
  loadJoinRequests,
  loadMembers,
  loadMessage,
  loadScheduled,
} from './load.ts'
export { orderOf } from './order.ts'
export { type InboxEventFields, lists, type Scene } from './scene.ts'
export {
  type Change,
  emptyState,
  type Fields,
  type Missing,
  type OpenState,
  type Ref,
  refOf,
  type State,
  writeChanges,
} from './state.ts'
