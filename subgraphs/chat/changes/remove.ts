import { recordAdminActs } from '../../admin-acts.ts'
import { notFound, PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { ActingAdmin, Changing } from './ports.ts'
import { removeMessages } from './removal.ts'

/** Deletes a message for everyone by an admin of the server. What it said is kept for moderators. Returns the id. */
export async function removeMessage(deps: Changing, by: ActingAdmin, messageId: string): Promise<string> {
  const { database, eventLog, store, clock, history, announce, write } = deps
  const id = parseId(messageId)
  const [message] = id ? await history.find([id]) : []
  if (!id || !message) throw notFound('message', messageId)
  if (message.type === 'SYSTEM') throw new PublicError('FORBIDDEN', 'Messages of the type SYSTEM cannot be deleted.')
  const { conversationId, senderId } = message
  const at = new Date(clock.now())
  const tombstones = await database.transaction(async (sql) => {
    await eventLog.lock(sql, conversationId)
    const removed = await removeMessages(sql, deps, {
      conversationId,
      messageIds: [id],
      byId: null,
      at,
      kept: [message],
    })
    if (removed.length > 0)
      await recordAdminActs(sql, { ...actOf(by), kind: 'MESSAGE_REMOVED', at, userId: senderId, targetId: id })
    return removed
  })
  if (tombstones.length === 0) return id
  announce(conversationId)
  await write(tombstones, store.replace)
  return id
}

/** What the security log says of each act of this admin. */
export const actOf = ({ adminId, reason, clientNetwork }: ActingAdmin) => ({ adminId, note: reason, clientNetwork })
