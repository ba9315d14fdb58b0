import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import {
  type Change,
  emptyState,
  loadAccount,
  loadContacts,
  loadConversation,
  loadConversations,
  loadGroupInvites,
  loadJoinRequests,
  loadMembers,
  loadMessage,
  loadScheduled,
  type Missing,
  type OpenState,
  refOf,
  type Scene,
  writeChanges,
} from '../../../client/cache/index.ts'
import { GraphError } from '../../../client/connect.ts'
import {
  AccountDocument,
  ContactsDocument,
  ConversationDocument,
  ConversationsDocument,
  GroupInvitesDocument,
  GroupJoinRequestsDocument,
  GroupMembersDocument,
  MessageDocument,
  ScheduledMessagesDocument,
} from '../../../client/generated/operations.ts'
import type { Signed } from '../../support/app.ts'

/** As many messages as a conversation's screen loads. */
export const LAST = 100

/** The data that a query answers, also where a part of it is null with an error: so for somebody who has just left. */
export async function answerOf<Data, Variables>(
  { app }: Signed,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  try {
    return await app.query(document, variables)
  } catch (error) {
    if (error instanceof GraphError && error.data != null) return error.data as Data
    throw error
  }
}

/** What a client shows that has opened every screen. */
export async function fetchState(person: Signed): Promise<OpenState> {
  const state = emptyState()
  const scene: Scene = { viewerId: person.userId, state }
  const write = async (changes: readonly Change[]) => {
    for (const missing of writeChanges(state, changes)) await write(await loadMissing(person, state, missing))
  }
  await write(loadConversations(await answerOf(person, ConversationsDocument, { first: 100 }), scene))
  for (const ref of state.lists.get('conversations') ?? []) {
    await write(await loadMissing(person, state, { missing: 'Conversation', id: ref.slice('Conversation:'.length) }))
  }
  await write(loadGroupInvites(await answerOf(person, GroupInvitesDocument, { first: 100 })))
  await write(loadScheduled(await answerOf(person, ScheduledMessagesDocument, { first: 100 })))
  await write(loadAccount(await answerOf(person, AccountDocument, {})))
  await write(loadContacts(await answerOf(person, ContactsDocument, {})))
  return state
}

/** Loads what a change could not know. */
export async function loadMissing(person: Signed, state: OpenState, { missing, id }: Missing): Promise<Change[]> {
  const scene = { viewerId: person.userId, state }
  switch (missing) {
    case 'Conversation':
      return loadConversation(await answerOf(person, ConversationDocument, { id, last: LAST }), id, scene)
    case 'Message':
      return loadMessage(await answerOf(person, MessageDocument, { id }), id, scene)
    case 'GroupMembers':
      return loadMembers(await answerOf(person, GroupMembersDocument, { id, first: 100 }))
    case 'GroupJoinRequests':
      return loadJoinRequests(await answerOf(person, GroupJoinRequestsDocument, { id, first: 100 }))
    case 'GroupInvites':
      return loadGroupInvites(await answerOf(person, GroupInvitesDocument, { first: 100 }))
  }
}

/** Fields of the client by which it tells late events from new ones. */
const OWN_FIELDS = new Set(['listedUpTo', 'preferencesUpTo', 'clearedUpTo', 'isHidden'])

const plain = (value: unknown) => JSON.stringify(value ?? null)

/** Where a state says another thing than a fresh fetch; a line for each. */
export function differences(state: OpenState, fresh: OpenState, viewerId: string): string[] {
  const found: string[] = []
  // Who types is told only while it happens.
  const isCompared = (list: string) => !list.startsWith('typing:')
  for (const [list, refs] of fresh.lists) {
    if (!isCompared(list)) continue
    const have = state.lists.get(list)
    // A screen loads only so many, and the state goes on with what it had.
    const shown = list.startsWith('messages:') && refs.length === LAST ? have?.slice(-LAST) : have
    if (plain(shown) !== plain(refs)) found.push(`${list}: has ${plain(shown)}, fresh ${plain(refs)}`)
  }
  for (const [list, refs] of state.lists) {
    if (!isCompared(list) || fresh.lists.has(list)) continue
    const id = list.slice(list.indexOf(':') + 1)
    const preferences = state.entities.get(refOf('Conversation', id))?.['preferences'] as
      { deleted: boolean } | undefined
    if (preferences?.deleted !== true) found.push(`${list}: has ${plain(refs)}, fresh not there`)
  }
  for (const [ref, fields] of fresh.entities) {
    const have = state.entities.get(ref)
    // The names of others are not told when they change.
    if (ref.startsWith('User:') && ref !== refOf('User', viewerId)) continue
    if (!have) found.push(`${ref} is not there`)
    for (const [name, value] of Object.entries(fields)) {
      if (!have || OWN_FIELDS.has(name) || plain(have[name]) === plain(value)) continue
      found.push(`${ref}.${name}: has ${plain(have[name])}, fresh ${plain(value)}`)
    }
  }
  return found
}
