import type { Identity } from '../../../platform/signature/identity.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { notFound, PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import { requireAdmin, requireUser } from '../../viewer.ts'
import { findConversationOf, findVisible } from '../messages/receipts.ts'
import { isManager } from './store.ts'

/**
 * The id of a message whose versions the viewer may read: admins of the server those of all messages, the owner and the
 * admins of a group those of its messages that they may see. Throws for all others.
 */
export async function moderatedMessage(sql: Sql, identity: Identity, messageId: string): Promise<string> {
  const id = parseId(messageId)
  const conversationId = id && (await findConversationOf(sql, id))
  if (identity.kind === 'admin') {
    requireAdmin(identity, 'messages:read')
    if (!id || !conversationId) throw notFound('message', messageId)
    return id
  }
  const { userId } = requireUser(identity)
  if (!id || !conversationId || (await findVisible(sql, userId, [id])).length === 0)
    throw notFound('message', messageId)
  if (!(await isManager(sql, conversationId, userId)))
    throw new PublicError(
      'FORBIDDEN',
      'Only the owner and the admins of a group, and admins of the server, may read them.',
    )
  return id
}
