import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import { Poisonous } from './retry.ts'

/** What delivery needs to know of a `chat.MessageSent`. */
export interface Message {
  readonly id: string
  readonly conversationId: string
  readonly senderId: string
  readonly text: string
}

const MESSAGE_SENT = 'chat.MessageSent'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value)

/** Whether it is of a kind that has recipients at all. */
export const isDelivered = ({ kind }: LoggedEvent): boolean => kind === MESSAGE_SENT

/** Null for kinds of events that are not delivered. Throws `Poisonous` for a message that no attempt will make sense of. */
export function messageOf(event: LoggedEvent): Message | null {
  if (!isDelivered(event)) return null
  const { payload } = event
  const fields = (typeof payload === 'object' && payload !== null ? payload : {}) as Readonly<Record<string, unknown>>
  const { id, conversationId, senderId, text } = fields
  if (!isUuid(id) || !isUuid(conversationId) || !isUuid(senderId))
    throw new Poisonous('The event is no message: its id, conversationId or senderId is no UUID.')
  return { id, conversationId, senderId, text: typeof text === 'string' ? text : '' }
}
