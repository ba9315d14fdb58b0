/** What the viewer does. The server's answer is written: some of these acts send no event to the device that did them. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { type Change, changesOf, type InboxEventFields, refOf } from '../cache/index.ts'
import { placeConversation } from '../cache/entities.ts'
import {
  AddReactionDocument,
  DeleteMessageDocument,
  DeleteMessagesForMeDocument,
  EditMessageDocument,
  type EditMessageInput,
  RemoveReactionDocument,
  SaveDraftDocument,
  UpdateConversationPreferencesDocument,
  type UpdateConversationPreferencesInput,
} from '../generated/operations.ts'
import type { Core } from './core.ts'

/** Each rejects as `app.mutate` does. */
export interface Acts {
  editMessage(messageId: string, text: string, more?: Omit<EditMessageInput, 'messageId' | 'text'>): Promise<void>
  /** For everyone. */
  deleteMessage(messageId: string): Promise<void>
  /** For the viewer alone. */
  deleteMessagesForMe(messageIds: readonly string[]): Promise<void>
  addReaction(messageId: string, emoji: string): Promise<void>
  removeReaction(messageId: string, emoji: string): Promise<void>
  /** Null removes it. */
  saveDraft(conversationId: string, text: string | null): Promise<void>
  /** Pins, archives, mutes and marks. */
  updatePreferences(
    conversationId: string,
    preferences: Omit<UpdateConversationPreferencesInput, 'conversationId'>,
  ): Promise<void>
  /** Any other mutation. What no event tells this device of, such as friends and settings, is loaded again where it is shown. */
  mutate<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data>
}

/** The lists whose changes by the viewer are told to the viewer's other devices alone, by the names of their slices. */
const OWN = { contacts: 'friends', account: 'sessions', scheduled: 'scheduled' } as const

/** `share` gives the changes to the other tabs of the same session too: no event tells them. */
export function makeActs(core: Core, share: (changes: readonly Change[]) => void): Acts {
  const { app, viewerId } = core
  const isKnown = (type: string, id: string) => core.state().entities.has(refOf(type, id))
  const take = (event: object) =>
    share(changesOf({ cursor: '', ...event } as InboxEventFields, { viewerId, state: core.state() }))
  const mergeMessage = ({ id, ...fields }: { readonly id: string }) => {
    if (isKnown('Message', id)) core.write([{ merge: refOf('Message', id), fields }])
  }

  return {
    async editMessage(messageId, text, more = {}) {
      const { editMessage } = await app.mutate(EditMessageDocument, { input: { messageId, text, ...more } })
      mergeMessage(editMessage.message)
    },
    async deleteMessage(messageId) {
      const { deleteMessage } = await app.mutate(DeleteMessageDocument, { input: { messageId } })
      mergeMessage(deleteMessage.message)
    },
    async deleteMessagesForMe(messageIds) {
      const answer = await app.mutate(DeleteMessagesForMeDocument, { input: { messageIds: [...messageIds] } })
      for (const conversation of answer.deleteMessagesForMe.conversations) {
        take({ __typename: 'MessagesDeletedForMe', conversationId: conversation.id, conversation, messageIds })
      }
    },
    async addReaction(messageId, emoji) {
      const { addReaction } = await app.mutate(AddReactionDocument, { input: { messageId, emoji } })
      mergeMessage(addReaction.message)
    },
    async removeReaction(messageId, emoji) {
      const { removeReaction } = await app.mutate(RemoveReactionDocument, { input: { messageId, emoji } })
      mergeMessage(removeReaction.message)
    },
    async saveDraft(conversationId, text) {
      const { saveDraft } = await app.mutate(SaveDraftDocument, { input: { conversationId, text } })
      take({ __typename: 'DraftChanged', conversationId, conversation: saveDraft.conversation })
    },
    async updatePreferences(conversationId, preferences) {
      const input = { conversationId, ...preferences }
      const answer = await app.mutate(UpdateConversationPreferencesDocument, { input })
      const { id, preferences: now } = answer.updateConversationPreferences.conversation
      if (!isKnown('Conversation', id)) return
      share([{ merge: refOf('Conversation', id), fields: { preferences: now } }, placeConversation(id, now)])
    },
    async mutate(document, variables) {
      const data = await app.mutate(document, variables)
      for (const [name, list] of Object.entries(OWN)) {
        const load = core.wanted.get(name)
        if (load) void load()
        else if (core.state().lists.has(list)) core.write([{ list, drop: true }])
      }
      return data
    },
  }
}
