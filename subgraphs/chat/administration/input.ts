import { badInput } from '../../errors.ts'
import { parseLine, requireId } from '../../parse.ts'
import type { ReviewMessagesInput } from '../generated/resolvers.ts'
import { MAX_PAGE } from '../limits.ts'

/** Maximum characters of what an admin gives as a reason. */
const MAX_REASON = 500
/** Above every sequence. */
const NO_SEQUENCE = 2 ** 31

/** Which page of messages an admin asks for: below a sequence of a conversation, or around a message. */
export type Review =
  | { readonly conversationId: string; readonly before: number; readonly limit: number; readonly reason: string }
  | { readonly messageId: string; readonly limit: number; readonly reason: string }

export function parseReview(input: ReviewMessagesInput): Review {
  const { conversationId, messageId, beforeSequence } = input
  if ((conversationId == null) === (messageId == null))
    throw badInput('conversationId', 'Give `conversationId` or `messageId`, and not both.')
  const limit = input.first ?? 20
  if (limit < 1 || limit > MAX_PAGE) throw badInput('first', `\`first\` must be 1 to ${MAX_PAGE}.`)
  if (beforeSequence != null && (messageId != null || beforeSequence < 1))
    throw badInput('beforeSequence', '`beforeSequence` must be at least 1, and goes with `conversationId` alone.')
  const page = { limit, reason: parseReason(input.reason) }
  if (messageId != null) return { messageId: requireId('message', messageId), ...page }
  return {
    conversationId: requireId('conversation', conversationId ?? ''),
    before: beforeSequence ?? NO_SEQUENCE,
    ...page,
  }
}

export const parseReason = (text: string): string => parseLine('reason', text, MAX_REASON)
