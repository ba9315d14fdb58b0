import type { Sql } from '../../../../platform/sql/sql.ts'
import { StartupError } from '../../../../platform/startup-error.ts'
import type { MessageStore } from './messages.ts'

type Kind = MessageStore['kind']

/** The record of which store holds the messages. */
export interface StoreRecord {
  readonly kind: Kind
  /** The target of an unfinished copy; null if there is none. */
  readonly copyingTo: Kind | null
  /** All messages up to this id are copied; null before the first page. */
  readonly copiedUpTo: string | null
}

const COLUMNS = 'kind, copying_to as "copyingTo", copied_up_to as "copiedUpTo"'

/** The command that moves messages from one store to the other. */
export const copyCommand = (to: Kind): string => `npm run copy-messages -- --to ${to}`

/** Null before the first start. */
export async function readStoreRecord(sql: Sql): Promise<StoreRecord | null> {
  const { rows } = await sql.query<StoreRecord>(`/* chat.readStoreRecord */ select ${COLUMNS} from chat.message_store`)
  return rows[0] ?? null
}

/**
 * Called at every start, before a message is read or written. The first start records its store. Later ones must use
 * the same store, otherwise all messages would seem to be lost.
 */
export async function recordMessageStore(sql: Sql, kind: Kind): Promise<void> {
  await sql.query(
    `/* chat.recordMessageStore */ insert into chat.message_store (kind) values ($1::text) on conflict do nothing`,
    [kind],
  )
  const record = await readStoreRecord(sql)
  if (!record) throw new Error('The table chat.message_store must have one row, but it is empty.')
  if (record.copyingTo !== null) {
    throw new StartupError(
      `A copy of the messages from ${nameOf(record.kind)} to ${nameOf(record.copyingTo)} is under way or was interrupted: ` +
        `finish it with "${copyCommand(record.copyingTo)}", or cancel it with "${copyCommand(record.kind)}".`,
    )
  }
  if (record.kind !== kind) {
    throw new StartupError(
      `The messages of this data are in ${nameOf(record.kind)}, but MONGODB_URL ${kind === 'mongodb' ? 'is set' : 'is not'}: ` +
        `${kind === 'mongodb' ? 'unset' : 'set'} it as before, or move the messages with "${copyCommand(kind)}".`,
    )
  }
}

export const nameOf = (kind: Kind): string => (kind === 'mongodb' ? 'MongoDB' : 'PostgreSQL')
