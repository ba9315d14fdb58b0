import type { Sql } from '../../../platform/sql/sql.ts'
import { badInput } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { MessageFilter as FilterInput } from '../generated/resolvers.ts'
import { notHiddenFor } from '../hiding/shown.ts'
import type { MessageType } from './body.ts'
import type { History } from './history.ts'
import type { MessagePage } from './input.ts'
import type { PageOfMessages, Seen } from './pages.ts'

/** Which messages of a conversation are listed. */
export interface MessageFilter {
  /** Null: of all senders. `NO_ONE` for a text that is no id. */
  readonly senderId: string | null
  /** Null: of all types. */
  readonly types: readonly MessageType[] | null
}

/** An id that no user has. */
const NO_ONE = '00000000-0000-0000-0000-000000000000'

/** Null for a filter that leaves out nothing. */
export function parseMessageFilter(filter: FilterInput | null | undefined): MessageFilter | null {
  const { senderId, types } = filter ?? {}
  if (types?.length === 0) throw badInput('filter', '`filter.types` must have at least one type: leave it out for all.')
  if (types?.includes('TEXT'))
    throw badInput('filter', '`filter.types` must not have TEXT: texts are found by search, by sender or by number.')
  if (senderId == null && types == null) return null
  return {
    senderId: senderId == null ? null : (parseId(senderId) ?? NO_ONE),
    types: types ? [...new Set(types)] : null,
  }
}

interface FilteredRow {
  readonly id: string
  readonly sequence: number
}

const EVERYTHING: MessageFilter = { senderId: null, types: null }

/**
 * Those of the messages from the number `low` to `high` that fit the filter, at most `limit`, beginning at one end. Without
 * a filter, what is left of deleted messages is among them. Messages that the user `hiddenFor` deleted for themselves are not.
 */
export async function findFiltered(
  sql: Sql,
  conversationId: string,
  filter: MessageFilter | null,
  { low, high, limit, from }: { low: number; high: number; limit: number; from: MessagePage['from'] },
  hiddenFor: string | null = null,
): Promise<FilteredRow[]> {
  if (high < low) return []
  const { senderId, types } = filter ?? EVERYTHING
  const order = `order by r.sequence ${from === 'start' ? 'asc' : 'desc'} limit $4::integer`
  const values: unknown[] = [conversationId, low, high, limit]
  const parameter = (value: unknown) => `$${values.push(value)}`
  const conditions = [
    ...(filter ? ['r.deleted_at is null'] : []),
    ...(senderId === null ? [] : [`r.sender_id = ${parameter(senderId)}::uuid`]),
    ...(hiddenFor === null ? [] : [notHiddenFor(`${parameter(hiddenFor)}::uuid`)]),
  ]
  const fitting = `select r.message_id, r.sequence
    from chat.receipts as r
    where ${['r.conversation_id = $1::uuid and r.sequence >= $2::integer and r.sequence <= $3::integer', ...conditions].join(' and ')}`
  // A type at a time: each is in order in the index, all of them together are not.
  const rows = types
    ? `from unnest(${parameter(types)}::text[]) as asked (type)
       cross join lateral (${fitting} and r.type = asked.type ${order}) as r`
    : `from (${fitting} ${order}) as r`
  const found = await sql.query<FilteredRow>(
    `/* chat.findFiltered */ select r.message_id as id, r.sequence ${rows} ${order}`,
    values,
  )
  return from === 'start' ? found.rows : found.rows.reverse()
}

/** A page of the messages that fit the filter, of all without one, and that the viewer may see. */
export async function filteredPage(
  { database, history }: { readonly database: Sql; readonly history: Pick<History, 'find'> },
  viewerId: string,
  { id, firstVisible, lastSequence, hasHidden }: Seen,
  filter: MessageFilter | null,
  { from, limit, after, before }: MessagePage,
): Promise<PageOfMessages> {
  const hiddenFor = hasHidden ? viewerId : null
  const low = Math.max(after + 1, firstVisible)
  const high = Math.min(before - 1, lastSequence)
  const hasAny = async (first: number, last: number) =>
    (await findFiltered(database, id, filter, { low: first, high: last, limit: 1, from: 'start' }, hiddenFor)).length >
    0
  const [found, isBefore, isAfter] = await Promise.all([
    findFiltered(database, id, filter, { low, high, limit: limit + 1, from }, hiddenFor),
    hasAny(firstVisible, Math.min(low - 1, lastSequence)),
    hasAny(Math.max(high + 1, firstVisible), lastSequence),
  ])
  const more = found.length > limit
  const shown = from === 'start' ? found.slice(0, limit) : found.slice(-limit)
  const rows = await history.find(shown.map((row) => row.id))
  return {
    rows: rows.filter((row) => row !== null),
    hasPreviousPage: isBefore || (from === 'end' && more),
    hasNextPage: isAfter || (from === 'start' && more),
  }
}
