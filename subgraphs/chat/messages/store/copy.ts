import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../../../../platform/log/log.ts'
import type { Sql } from '../../../../platform/sql/sql.ts'
import { StartupError } from '../../../../platform/startup-error.ts'
import { canonicalJson } from '../body.ts'
import type { MessageStore, StoredMessage } from './messages.ts'
import { nameOf, readStoreRecord } from './recorded.ts'

export interface CopyStores {
  /** The store in use. */
  readonly from: MessageStore
  /** The store to use from then on. */
  readonly to: MessageStore
}

export interface CopyOptions {
  readonly log: Log
  /** Stops the copy between two pages. The next call continues it. */
  readonly signal?: AbortSignal
  /** How many messages are read, written and compared at once; default 500, at most 1,000. */
  readonly pageSize?: number
}

/** The number of pages between two lines in the log. */
const PAGES_PER_LINE = 100

/**
 * Copies every message to the other store, reads each back and compares it, and then makes that store the one in use.
 * The old store keeps its messages. An interrupted copy is continued by the next call. From the start of the copy to
 * its end, or to `giveUpCopy`, Parley refuses to start on this data, so that no message is sent that the copy would
 * miss. Resolves to the number of messages that this call copied.
 */
export async function copyMessages(sql: Sql, { from, to }: CopyStores, options: CopyOptions): Promise<number> {
  const { log, signal, pageSize = 500 } = options
  await refuseWhileRunning(sql)
  let after = await beginCopy(sql, { from, to })
  if (after !== null) log.info('Continuing an interrupted copy.', { after })
  let copied = 0
  for (let page = 1; ; page++) {
    signal?.throwIfAborted()
    const messages = await from.scan(after, pageSize)
    const last = messages.at(-1)
    if (!last) break
    // An earlier copy, which was given up, may have left older versions.
    await to.replace(messages)
    await compare(messages, to)
    after = last.id
    await sql.query(`/* chat.noteCopied */ update chat.message_store set copied_up_to = $1::uuid`, [after])
    copied += messages.length
    if (page % PAGES_PER_LINE === 0) log.info('Messages are being copied.', { copied })
  }
  // A process that started just before the copy began was not refused.
  await refuseWhileRunning(sql)
  await switchStore(sql, { from, to })
  log.info(`The messages are in ${nameOf(to.kind)} now.`, { copied })
  return copied
}

/** Cancels an interrupted copy: the store in use stays in use. Returns false if there was none. */
export async function giveUpCopy(sql: Sql): Promise<boolean> {
  const { rowCount } = await sql.query(
    `/* chat.giveUpCopy */ update chat.message_store set copying_to = null, copied_up_to = null
     where copying_to is not null`,
  )
  return rowCount > 0
}

/** Throws if a process of Parley runs: messages that it writes during the copy would only be in the old store. */
export async function refuseWhileRunning(sql: Sql): Promise<void> {
  for (const end = Date.now() + LINGER_MS; ; await delay(100)) {
    const { rows } = await sql.query<{ count: number }>(
      `/* chat.countRunning */ select count(*)::integer as count from pg_stat_activity
       where datname = current_database() and application_name = $1::text and pid <> pg_backend_pid()`,
      [RUNNING],
    )
    const count = rows[0]?.count ?? 0
    if (count === 0) return
    if (Date.now() > end) {
      throw new StartupError(
        `Parley is running on this data (connections of it: ${count}): stop every role of it, then copy the messages.`,
      )
    }
  }
}

/** The server may list a connection for a moment after its process has ended. */
const LINGER_MS = 2_000
/**
 * The default `applicationName` of `openPool`, by which running processes are found. The copy itself uses another one.
 */
const RUNNING = 'parley'

async function beginCopy(sql: Sql, { from, to }: CopyStores): Promise<string | null> {
  const record = await readStoreRecord(sql)
  if (!record) throw new StartupError('There are no messages to copy: Parley was never started on this data.')
  if (record.kind !== from.kind) throw new StartupError(`The messages are in ${nameOf(record.kind)} already.`)
  const { rows } = await sql.query<{ after: string | null }>(
    `/* chat.beginCopy */ update chat.message_store set copying_to = $2::text
     where kind = $1::text returning copied_up_to as after`,
    [from.kind, to.kind],
  )
  return rows[0]?.after ?? null
}

async function compare(messages: readonly StoredMessage[], to: MessageStore): Promise<void> {
  const copies = await to.find(messages.map((message) => message.id))
  for (const [index, message] of messages.entries()) {
    const copy = copies[index]
    if (copy && textOf(copy) === textOf(message)) continue
    throw new StartupError(
      `${nameOf(to.kind)} has no message ${message.id}, or a different one: ` +
        'delete all of its messages, which are not in use, and copy again.',
    )
  }
}

/** The stores may order the keys of a message's content in different ways. */
const textOf = (message: StoredMessage): string => canonicalJson(message)

async function switchStore(sql: Sql, { from, to }: CopyStores): Promise<void> {
  const { rowCount } = await sql.query(
    `/* chat.switchStore */ update chat.message_store set kind = $2::text, copying_to = null, copied_up_to = null
     where kind = $1::text and copying_to = $2::text`,
    [from.kind, to.kind],
  )
  if (rowCount === 0)
    throw new StartupError('Another command has finished or cancelled this copy meanwhile: start again.')
}
