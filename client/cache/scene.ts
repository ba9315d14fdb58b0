import type { InboxEventFieldsFragment } from '../generated/operations.ts'
import { type Change, type Fields, type Ref, refOf, type State } from './state.ts'

export type InboxEventFields = InboxEventFieldsFragment
export type Kind = InboxEventFields['__typename']
export type EventOf<Name extends Kind> = Extract<InboxEventFields, { readonly __typename: Name }>

/** What a change depends on beside the event. */
export interface Scene {
  readonly viewerId: string
  readonly state: Known
}

/** A state, or what a cache of another library has in place of one. */
export interface Known {
  readonly entities: Pick<State['entities'], 'get' | 'has'>
  readonly lists: Pick<State['lists'], 'get' | 'has'>
}

export type Cases<Names extends Kind> = {
  readonly [Name in Names]: (event: EventOf<Name>, scene: Scene) => readonly Change[]
}

/**
 * A conversation as the state has it. Beside the fields of the schema it has two of the client, by which events that come late
 * are told from new ones.
 */
export interface KnownConversation extends Fields {
  readonly lastSequence: number
  readonly unreadCount: number
  readonly readUpTo: number
  readonly lastActiveAt: string
  readonly preferences: KnownPreferences
  /** The list of messages has, or leaves out for good, all messages up to this one. */
  readonly listedUpTo: number
  /** The preferences are as they were after this message. */
  readonly preferencesUpTo: number
  /** The viewer cleared all messages up to this one. */
  readonly clearedUpTo?: number
}

export interface KnownPreferences {
  readonly muted: boolean
  readonly mutedUntil: string | null
  readonly archived: boolean
  readonly deleted: boolean
}

export interface KnownMessage extends Fields {
  readonly sequence: number
  readonly version: number
  readonly deletedAt: string | null
  readonly reactions?: readonly KnownReaction[]
  /** The viewer deleted it for themselves. */
  readonly isHidden?: boolean
}

export interface KnownReaction {
  readonly emoji: string
  readonly count: number
  readonly mine: boolean
}

// What was written under a reference has the fields of its type.
export const conversationAt = ({ state }: Scene, id: string): KnownConversation | undefined =>
  state.entities.get(refOf('Conversation', id)) as KnownConversation | undefined
export const messageAt = ({ state }: Scene, ref: Ref): KnownMessage | undefined =>
  state.entities.get(ref) as KnownMessage | undefined

/** The names of the lists. */
export const lists = {
  conversations: 'conversations',
  messages: (conversationId: string) => `messages:${conversationId}`,
  pins: (conversationId: string) => `pins:${conversationId}`,
  typing: (conversationId: string) => `typing:${conversationId}`,
  members: (groupId: string) => `members:${groupId}`,
  joinRequests: (groupId: string) => `joinRequests:${groupId}`,
  groupInvites: 'groupInvites',
  scheduled: 'scheduled',
  friends: 'friends',
  incomingRequests: 'incomingRequests',
  outgoingRequests: 'outgoingRequests',
  blocks: 'blocks',
  sessions: 'sessions',
  devices: 'devices',
} as const
