import { notFound, PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import type { MessageRow } from '../messages/history.ts'
import { findVisible } from '../messages/receipts.ts'
import type { ChangeWindows } from './limits.ts'
import type { Changing } from './ports.ts'
import { removeMessages } from './removal.ts'
import { isManager } from './store.ts'

/** Deletes a message for everyone. Returns its tombstone; one that is deleted already stays as it is. */
export async function deleteMessage(deps: Changing, viewer: Viewer, messageId: string): Promise<MessageRow> {
  const { database, eventLog, store, clock, windows, visible, announce, write } = deps
  const { userId } = viewer
  const id = parseId(messageId)
  const message = id && (await visible(userId, id))
  if (!id || !message) throw notFound('message', messageId)
  if (message.type === 'SYSTEM') throw new PublicError('FORBIDDEN', 'Messages of the type SYSTEM cannot be deleted.')
  const { conversationId } = message
  const at = new Date(clock.now())
  const tombstones = await database.transaction(async (sql) => {
    await eventLog.lock(sql, conversationId)
    // Asked under the lock: the viewer may have been removed, or have lost the role, since the message was read.
    if ((await findVisible(sql, userId, [id])).length === 0) throw notFound('message', messageId)
    const isInCharge = await isManager(sql, conversationId, userId)
    if (message.senderId !== userId && !isInCharge)
      throw new PublicError('FORBIDDEN', 'Only its sender, or in a group its owner and admins, may delete a message.')
    if (message.deletedAt) return []
    if (!isInCharge) checkWindow(windows, message, at)
    return removeMessages(sql, deps, { conversationId, messageIds: [id], byId: userId, at, kept: [message] })
  })
  const [tombstone] = tombstones
  if (!tombstone) return (await visible(userId, id)) ?? message
  announce(conversationId)
  await write(tombstones, store.replace)
  return tombstone
}

function checkWindow({ deleteMs }: ChangeWindows, { sentAt }: MessageRow, at: Date): void {
  if (deleteMs === null) return
  const until = new Date(sentAt.getTime() + deleteMs)
  if (at < until) return
  const text = until.toISOString()
  throw new PublicError('DELETE_WINDOW_OVER', `Its sender could delete the message until ${text}.`, { until: text })
}
