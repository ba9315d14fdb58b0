/** The shapes that this room appends to the event log, and what one recipient sees of them. */

export const MESSAGE_SENT = 'chat.MessageSent'

/** The whole message, so that whoever delivers it needs no read. Key of the event: the conversation. */
export interface MessageSent {
  readonly id: string
  readonly conversationId: string
  readonly sequence: number
  readonly senderId: string
  readonly clientMessageId: string
  readonly text: string
  /** ISO 8601 in UTC. */
  readonly sentAt: string
}

/** A message as one user sees it. `projectMessage` is its only maker. */
export interface VisibleMessage {
  readonly visibleTo: string
  readonly id: string
  readonly conversationId: string
  readonly sequence: number
  readonly senderId: string
  /** The sender's own name for it: null for everybody else. */
  readonly clientMessageId: string | null
  readonly text: string
  readonly sentAt: Date | string
}

type Message = Omit<MessageSent, 'sentAt'> & { readonly sentAt: Date | string }

export function projectMessage(message: Message, userId: string): VisibleMessage {
  const { id, conversationId, sequence, senderId, clientMessageId, text, sentAt } = message
  return {
    visibleTo: userId,
    id,
    conversationId,
    sequence,
    senderId,
    clientMessageId: senderId === userId ? clientMessageId : null,
    text,
    sentAt,
  }
}
