import type { Sql } from '../../../platform/sql/sql.ts'
import { notFound } from '../../errors.ts'
import { inOrder } from '../../in-order.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import { findConversations, type ConversationRow } from './store.ts'

/**
 * The conversation, for who takes part in it now; NOT_FOUND for everybody else, former members too, and whether it exists
 * or not. Reading and writing ask the same.
 */
export async function conversationFor(viewer: Viewer, sql: Sql, id: string): Promise<ConversationRow> {
  const [conversation] = await conversationsFor(viewer, sql, [id])
  if (!conversation) throw notFound('conversation', id)
  return conversation
}

/** The same for many, in the order of the ids; null for what the viewer may not see. */
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
