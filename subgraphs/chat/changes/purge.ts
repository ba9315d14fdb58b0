import { recordAdminActs } from '../../admin-acts.ts'
import { notFound } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import { findConversationOf } from '../messages/receipts.ts'
import type { StoredMessage } from '../messages/store/messages.ts'
import type { ActingAdmin, Changing } from './ports.ts'
import { removeMessages } from './removal.ts'
import { actOf } from './remove.ts'
import { forgetEarlier, forgetHash } from './store.ts'

/**
 * Deletes a message for everyone with all that is kept of what it said, for moderators too. One that is deleted already
 * loses what was still kept. Returns the id.
 */
export async function purgeMessage(deps: Changing, by: ActingAdmin, messageId: string): Promise<string> {
  const { database, eventLog, store, clock, announce, write } = deps
  const id = parseId(messageId)
  const conversationId = id && (await findConversationOf(database, id))
  if (!id || !conversationId) throw notFound('message', messageId)
  const at = new Date(clock.now())
  const tombstones = await database.transaction(async (sql): Promise<StoredMessage[]> => {
    await eventLog.lock(sql, conversationId)
    const removed = await removeMessages(sql, deps, { conversationId, messageIds: [id], byId: null, at, kept: null })
    await forgetEarlier(sql, [id])
    await forgetHash(sql, id)
    await recordAdminActs(sql, { ...actOf(by), kind: 'MESSAGE_PURGED', at, targetId: id })
    return removed
  })
  if (tombstones.length > 0) announce(conversationId)
  await write(tombstones, store.replace)
  return id
}
