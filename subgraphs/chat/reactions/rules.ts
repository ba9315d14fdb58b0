import { announceAppended } from '../../../platform/eventlog/appended.ts'
import { badInput, messagesNotAccepted, notFound, PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import type { ChangePorts } from '../change-ports.ts'
import { findConversationOf } from '../messages/receipts.ts'
import { messageDeleted } from '../messages/references.ts'
import { parseEmoji } from './emoji.ts'
import { REACTION_CHANGED, type ReactionChanged } from './events.ts'
import { MAX_EMOJI_OF_MESSAGE, MAX_REACTIONS_OF_USER } from './limits.ts'
import { deleteReaction, findReacted, insertReaction, type Reacted } from './store.ts'

type Ports = Pick<ChangePorts, 'database' | 'eventLog' | 'bus' | 'clock' | 'log'>

interface Input {
  readonly messageId: string
  readonly emoji: string
}

/**
 * Adds or removes a reaction of the viewer, and tells whoever may see the message. What changes nothing is told to nobody.
 * Throws NOT_FOUND if the viewer may not see the message. Returns the id of the message.
 */
export async function react(
  { database, eventLog, bus, clock, log }: Ports,
  { userId }: Viewer,
  input: Input,
  added: boolean,
): Promise<string> {
  const emoji = parseEmoji(input.emoji)
  const messageId = parseId(input.messageId)
  const conversationId = messageId && (await findConversationOf(database, messageId))
  if (!messageId || !conversationId) throw notFound('message', input.messageId)
  const now = new Date(clock.now())
  const isTold = await database.transaction(async (sql) => {
    // No message and no other reaction of the conversation comes between a check, the count and the event.
    await eventLog.lock(sql, conversationId)
    const reacted = await findReacted(sql, userId, messageId, emoji)
    if (!reacted) throw notFound('message', input.messageId)
    if (reacted.isMine === added) return false
    if (added) checkMayAdd(reacted, now)
    const reaction = { conversationId, messageId, emoji, userId }
    const count = added ? await insertReaction(sql, reaction, now) : await deleteReaction(sql, reaction)
    const { authorId, hidesMembers } = reacted
    const payload: ReactionChanged = { ...reaction, authorId, added, count, named: !hidesMembers }
    await eventLog.append(sql, { kind: REACTION_CHANGED, key: conversationId, payload })
    return true
  })
  if (isTold) announceAppended(bus, conversationId, log)
  return messageId
}

/** The rules of sending, but for slow mode and for groups in which only managers send: a reaction is no message. */
function checkMayAdd(
  { type, isDeleted, isRefused, mutedUntil, isKnown, ownReactions, emojiOfMessage }: Reacted,
  now: Date,
): void {
  if (type === 'SYSTEM') throw badInput('messageId', 'A message of the type SYSTEM takes no reactions.')
  if (isDeleted) throw messageDeleted('reacted to')
  if (isRefused) throw messagesNotAccepted()
  if (mutedUntil && mutedUntil > now) {
    const until = mutedUntil.toISOString()
    throw new PublicError('MUTED', `You may not react to messages of this group before ${until}.`, { until })
  }
  if (ownReactions >= MAX_REACTIONS_OF_USER)
    throw new PublicError('LIMIT_REACHED', `A user may have ${MAX_REACTIONS_OF_USER} reactions to one message.`)
  if (!isKnown && emojiOfMessage >= MAX_EMOJI_OF_MESSAGE)
    throw new PublicError('LIMIT_REACHED', `A message may have ${MAX_EMOJI_OF_MESSAGE} different reactions.`)
}
