import type { Sql } from '../../../platform/sql/sql.ts'
import { inOrder } from '../../in-order.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import { findConversations, type ConversationRow } from './store.ts'

/**
 * The conversations in the order of the ids; null for one that the viewer may not see. Only present participants see a
 * conversation: former members and strangers get null, whether it exists or not. `chat.append_messages` applies the
 * same rule to sending.
 */
export async function conversationsFor(
  viewer: Viewer,
  sql: Sql,
  ids: readonly string[],
): Promise<(ConversationRow | null)[]> {
  const parsed = ids.map(parseId)
  const wanted = [...new Set(parsed.filter((id) => id !== null))]
  if (wanted.length === 0) return ids.map(() => null)
  const rows = await findConversations(sql, viewer.userId, wanted)
  return inOrder(parsed, rows, (row): string | null => row.id)
}
