import type { Sql } from '../../../../platform/sql/sql.ts'
import { StartupError } from '../../../../platform/startup-error.ts'
import type { MessageStore } from './messages.ts'

type Kind = MessageStore['kind']

/** What the data says of where the messages lie. */
export interface StoreRecord {
  readonly kind: Kind
  /** Where a copy was begun to, which is not finished; null when none is under way. */
  readonly copyingTo: Kind | null
  /** Every message up to this id is copied; null at the copy's start. */
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
 * Asked at every start, before the first message is read or written: the first start records its store, and later ones
 * must use the same, or the messages would seem to be gone.
 */
export async function recordMessageStore(sql: Sql, kind: Kind): Promise<void> {
  await sql.query(
    `/* chat.recordMessageStore */ insert into chat.message_store (kind) values ($1::text) on conflict do nothing`,
    [kind],
  )
  const record = await readStoreRecord(sql)
  if (!record) throw new Error('The record of the message store vanished.')
  if (record.copyingTo !== null) {
    throw new StartupError(
      `A copy of the messages from ${nameOf(record.kind)} to ${nameOf(record.copyingTo)} is under way or was interrupted: ` +
        `finish it with "${copyCommand(record.copyingTo)}", or give it up with "${copyCommand(record.kind)}".`,
    )
  }
  if (record.kind !== kind) {
    throw new StartupError(
      `The messages of this data lie in ${nameOf(record.kind)}, and MONGODB_URL ${kind === 'mongodb' ? 'is set' : 'is not'}: ` +
        `${kind === 'mongodb' ? 'unset' : 'set'} it as before, or move the messages with "${copyCommand(kind)}".`,
    )
  }
}

export const nameOf = (kind: Kind): string => (kind === 'mongodb' ? 'MongoDB' : 'PostgreSQL')
