import type { Log } from '../../../platform/log/log.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { PublicError } from '../../errors.ts'
import { inOrder } from '../../in-order.ts'
import type { MessageSent } from './events.ts'
import type { MessageStore } from './store/messages.ts'
import { findLoggedById, findLoggedBySequence } from './receipts.ts'

/** A message as the room holds it; `resolvers/messages.ts` shows it to one viewer. */
export interface MessageRow {
  readonly id: string
  readonly conversationId: string
  readonly sequence: number
  readonly senderId: string
  readonly clientMessageId: string
  readonly text: string
  readonly sentAt: Date
}

export interface HistoryDeps {
  readonly database: Sql
  readonly store: MessageStore
  readonly log: Log
}

/**
 * The message store with its holes filled: what was acknowledged while the store was away, and not yet written by the
 * relay, lies in the log. Knows nothing of viewers: ask `access.ts` first.
 */
export interface History {
  /** In the order of the ids; null for what is no message. */
  find(ids: readonly string[]): Promise<(MessageRow | null)[]>
  /** All of a conversation from `first` to `last`, both included, ascending. At most 1,000. */
  range(conversationId: string, first: number, last: number): Promise<MessageRow[]>
}

export function makeHistory({ database, store, log }: HistoryDeps): History {
  /** What the store has; where it is away nothing, and with what the log has the answer may be whole all the same. */
  const stored = async (read: () => Promise<readonly (MessageRow | null)[]>) => {
    try {
      return { rows: (await read()).filter((row) => row !== null), away: null }
    } catch (error) {
      log.warn('The message store is away: reading the log instead', { error })
      return { rows: [], away: error }
    }
  }

  /** Too late for the log: while the store is away it is not known, else it is lost. */
  const missing = (away: unknown, facts: Readonly<Record<string, unknown>>) => {
    if (away !== null) {
      throw new PublicError(
        'UNAVAILABLE',
        'Older messages cannot be read for the moment: try again.',
        {},
        { cause: away },
      )
    }
    log.error('Acknowledged messages stand neither in the message store nor in the log', facts)
  }

  return {
    async find(ids) {
      if (ids.length === 0) return []
      const { rows, away } = await stored(() => store.find(ids))
      const have = new Set(rows.map((row) => row.id))
      const holes = [...new Set(ids)].filter((id) => !have.has(id))
      if (holes.length === 0) return inOrder(ids, rows, (row) => row.id)
      const filled = (await findLoggedById(database, holes)).map(rowOf)
      if (filled.length < holes.length) missing(away, { holes: holes.length - filled.length })
      return inOrder(ids, [...rows, ...filled], (row) => row.id)
    },

    async range(conversationId, first, last) {
      if (last < first) return []
      const limit = last - first + 1
      const { rows, away } = await stored(() =>
        store.range(conversationId, { after: first - 1, before: last + 1, limit, from: 'start' }),
      )
      if (rows.length === limit) return rows
      const have = new Set(rows.map((row) => row.sequence))
      const holes = Array.from({ length: limit }, (_, index) => first + index).filter((sequence) => !have.has(sequence))
      const filled = (await findLoggedBySequence(database, conversationId, holes)).map(rowOf)
      if (filled.length < holes.length) missing(away, { conversationId, holes: holes.length - filled.length })
      return [...rows, ...filled].sort((a, b) => a.sequence - b.sequence)
    },
  }
}

function rowOf(payload: unknown): MessageRow {
  const message = payload as MessageSent // a receipt names its own event
  return { ...message, sentAt: new Date(message.sentAt) }
}
