import type { MessageQuery } from '../generated/operations.ts'
import type { EventOf } from './scene.ts'

/** The payloads of mutations that send a message. */
const SENDING = new Set(['SendMessagePayload', 'SendScheduledMessageNowPayload'])

/** The device that sends a message gets no event of it. This is the event that the other devices get. */
export const asReceived = (message: NonNullable<MessageQuery['message']>): EventOf<'MessageReceived'> => ({
  __typename: 'MessageReceived',
  cursor: '',
  message,
})

/**
 * The messages that the answer of a mutation says were sent: in whole, if it selects `...MessageFields` and `conversation { id }`,
 * else their ids, to be loaded. The answer has the types of its objects, as caches ask for them.
 */
export function sentIn(data: unknown): Sent[] {
  const payloads = Object.values((data ?? {}) as Record<string, Payload | null>)
  return payloads.flatMap((payload): Sent | Sent[] => {
    if (!payload?.__typename || !SENDING.has(payload.__typename)) return []
    const { message } = payload
    const isWhole = message?.sender && message.sentAt && message.version && message.conversation
    return isWhole ? [message] : (message?.id ?? [])
  })
}

type Sent = NonNullable<MessageQuery['message']> | string

interface Payload {
  readonly __typename?: string
  readonly message?: NonNullable<MessageQuery['message']>
}
