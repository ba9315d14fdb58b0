import type { Log } from '../../../platform/log/log.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { PublicError } from '../../errors.ts'
import { inOrder } from '../../in-order.ts'
import type { MessageBody } from './body.ts'
import type { MessageSent } from './events.ts'
import type { MessageStore } from './store/messages.ts'
import { findLoggedById, findLoggedBySequence } from './receipts.ts'
import { findChangedById, findChangedInRange } from './versions.ts'

/** A message as it is stored; `projectMessage` (events.ts) makes of it what one viewer sees. */
export interface MessageRow extends MessageBody {
  readonly id: string
  readonly conversationId: string
  readonly sequence: number
  readonly senderId: string
  readonly clientMessageId: string
  readonly sentAt: Date
  /** Absent: 1. */
  readonly version?: number
}

export interface HistoryDeps {
  readonly database: Sql
  readonly store: MessageStore
  readonly log: Log
}

/**
 * Reads messages from the message store, and from the event log where the store lacks them: messages that were sent
 * while the store was down are in the log until the relay writes them. Does not check access: the caller must do that
 * first.
 */
export interface History {
  /** Returns the messages in the order of the ids; null for an id without a message. */
  find(ids: readonly string[]): Promise<(MessageRow | null)[]>
  /** Returns all messages of a conversation from sequence `first` to `last`, ascending; at most 1,000. */
  range(conversationId: string, first: number, last: number): Promise<MessageRow[]>
}

export function makeHistory({ database, store, log }: HistoryDeps): History {
  /**
   * Reads from the store; while it is down, returns no rows and the error: the log alone may have all of the messages.
   */
  const readStore = async (read: () => Promise<readonly (MessageRow | null)[]>) => {
    try {
      return { rows: (await read()).filter((row) => row !== null), outage: null }
    } catch (error) {
      log.warn('The message store is down: reading the log instead.', { error })
      return { rows: [], outage: error }
    }
  }

  /**
   * Called if the log lacks messages too. While the store is down they may be in the store; otherwise they are lost.
   */
  const missing = (outage: unknown, facts: Readonly<Record<string, unknown>>) => {
    if (outage !== null) {
      throw new PublicError(
        'UNAVAILABLE',
        'Older messages cannot be read for the moment: try again.',
        {},
        { cause: outage },
      )
    }
    log.error('Acknowledged messages are neither in the message store nor in the log.', facts)
  }

  /**
   * Puts the present versions of changed messages in place of earlier ones, in a store that is written after the
   * transaction of a change: nobody must read what was deleted already.
   */
  const withChanges = (rows: readonly MessageRow[], changed: readonly MessageRow[]): MessageRow[] => {
    const later = new Map(changed.map((row) => [row.id, row]))
    const present = rows.map((row) => {
      const change = later.get(row.id)
      later.delete(row.id)
      return change && versionOf(change) > versionOf(row) ? change : row
    })
    return [...present, ...later.values()]
  }

  return {
    async find(ids) {
      if (ids.length === 0) return []
      const [{ rows: kept, outage }, changed] = await Promise.all([
        readStore(() => store.find(ids)),
        store.sharesTransaction ? [] : findChangedById(database, ids),
      ])
      const rows = withChanges(kept, changed)
      const have = new Set(rows.map((row) => row.id))
      const holes = [...new Set(ids)].filter((id) => !have.has(id))
      if (holes.length === 0) return inOrder(ids, rows, (row) => row.id)
      const filled = (await findLoggedById(database, holes)).map(rowOf)
      if (filled.length < holes.length) missing(outage, { holes: holes.length - filled.length })
      return inOrder(ids, [...rows, ...filled], (row) => row.id)
    },

    async range(conversationId, first, last) {
      if (last < first) return []
      const limit = last - first + 1
      const [{ rows: kept, outage }, changed] = await Promise.all([
        readStore(() => store.range(conversationId, { after: first - 1, before: last + 1, limit, from: 'start' })),
        store.sharesTransaction ? [] : findChangedInRange(database, conversationId, first, last),
      ])
      const rows = withChanges(kept, changed)
      if (rows.length === limit) return rows.sort((a, b) => a.sequence - b.sequence)
      const have = new Set(rows.map((row) => row.sequence))
      const holes = Array.from({ length: limit }, (_, index) => first + index).filter((sequence) => !have.has(sequence))
      const filled = (await findLoggedBySequence(database, conversationId, holes)).map(rowOf)
      if (filled.length < holes.length) missing(outage, { conversationId, holes: holes.length - filled.length })
      return [...rows, ...filled].sort((a, b) => a.sequence - b.sequence)
    },
  }
}

const versionOf = ({ version = 1 }: MessageRow) => version

function rowOf(payload: unknown): MessageRow {
  const message = payload as MessageSent // a receipt refers to an event of this kind
  return { ...message, sentAt: new Date(message.sentAt) }
}
