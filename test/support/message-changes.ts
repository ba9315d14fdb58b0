import { v7 } from 'uuid'
import type { ChatWorld } from './chat.ts'
import type { UserIdentity } from './people.ts'
import { succeed } from './subgraph.ts'

const FIELDS = `{
  id sequence sentAt type text content version editedAt deletedAt deletedBy { id } clientMessageId replyToId
  mentions { userIds everyone } forwardedFrom { message { id } } media { id }
}`

/** A message as one viewer reads it. */
export interface Shown {
  readonly id: string
  readonly sequence: number
  readonly sentAt: string
  readonly type: string
  readonly text: string
  readonly content: unknown
  readonly version: number
  readonly editedAt: string | null
  readonly deletedAt: string | null
  readonly deletedBy: { readonly id: string } | null
  readonly replyToId: string | null
  readonly mentions: { readonly userIds: readonly string[]; readonly everyone: boolean } | null
}

/** Sends, changes and reads messages as an app does. */
export function makeMessageActs(world: Pick<ChatWorld, 'ask'>) {
  const acts = {
    trySend: (by: UserIdentity, conversationId: string, input: object = {}) =>
      world.ask(by, `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message ${FIELDS} } }`, {
        input: { conversationId, clientMessageId: v7(), ...input },
      }),
    tryEdit: (by: UserIdentity, messageId: string, text: string, input: object = {}) =>
      world.ask(by, `mutation ($input: EditMessageInput!) { editMessage(input: $input) { message ${FIELDS} } }`, {
        input: { messageId, text, ...input },
      }),
    tryDelete: (by: UserIdentity, messageId: string) =>
      world.ask(by, `mutation ($input: DeleteMessageInput!) { deleteMessage(input: $input) { message ${FIELDS} } }`, {
        input: { messageId },
      }),
    send: async (by: UserIdentity, conversationId: string, input: object = {}): Promise<Shown> =>
      (await succeed(acts.trySend(by, conversationId, { text: 'Hello', ...input }))).sendMessage.message,
    edit: async (by: UserIdentity, messageId: string, text: string, input: object = {}): Promise<Shown> =>
      (await succeed(acts.tryEdit(by, messageId, text, input))).editMessage.message,
    delete: async (by: UserIdentity, messageId: string): Promise<Shown> =>
      (await succeed(acts.tryDelete(by, messageId))).deleteMessage.message,
    message: async (by: UserIdentity, id: string): Promise<Shown | null> =>
      (await succeed(world.ask(by, `query ($id: ID!) { message(id: $id) ${FIELDS} }`, { id }))).message,
    history: async (by: UserIdentity, id: string): Promise<Shown[]> =>
      (
        await succeed(
          world.ask(
            by,
            `query ($id: ID!) { conversation(id: $id) { messages(first: 100) { edges { node ${FIELDS} } } } }`,
            { id },
          ),
        )
      ).conversation.messages.edges.map(({ node }: { node: Shown }) => node),
  }
  return acts
}
