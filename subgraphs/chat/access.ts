import type { Clock } from '../../platform/clock/clock.ts'
import type { Sql } from '../../platform/sql/sql.ts'
import { notFound } from '../errors.ts'
import { inOrder } from '../in-order.ts'
import { parseId } from '../parse.ts'
import type { Viewer } from '../viewer.ts'
import { adoptGroups, findConversations, type ConversationRow } from './store/conversations.ts'

/**
 * The conversation, for who takes part in it now; NOT_FOUND for everybody else, former members too, and whether it exists
 * or not. Reading and writing ask the same. A group's conversation is made here when it is first needed.
 */
export async function conversationFor(viewer: Viewer, sql: Sql, clock: Clock, id: string): Promise<ConversationRow> {
  const [conversation] = await conversationsFor(viewer, sql, clock, [id])
  if (!conversation) throw notFound('conversation', id)
  return conversation
}

/** The same for many, in the order of the ids; null for what the viewer may not see. */
export async function conversationsFor(
  viewer: Viewer,
  sql: Sql,
  clock: Clock,
  ids: readonly string[],
): Promise<(ConversationRow | null)[]> {
  const parsed = ids.map(parseId)
  const wanted = [...new Set(parsed.filter((id) => id !== null))]
  if (wanted.length === 0) return ids.map(() => null)
  let rows = await findConversations(sql, viewer.userId, wanted)
  if (rows.length < wanted.length && (await adoptGroups(sql, viewer.userId, wanted, new Date(clock.now())))) {
    rows = await findConversations(sql, viewer.userId, wanted)
  }
  return inOrder(parsed, rows, (row): string | null => row.id)
}
