import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../../../../platform/log/log.ts'
import type { Sql } from '../../../../platform/sql/sql.ts'
import { StartupError } from '../../../../platform/startup-error.ts'
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
  /** Ends the copy between two pages; it can be taken up again. */
  readonly signal?: AbortSignal
  /** Messages that are read, written and compared at once; default 500, at most 1,000. */
  readonly pageSize?: number
}

/** How often a line tells how far the copy has come, in pages. */
const PAGES_PER_LINE = 100

/**
 * Copies every message to the other store, reads each back and compares it, and then makes that store the one in use.
 * The store that was in use keeps what it has. A copy that was interrupted goes on where it stopped; from its first page
 * until its end (or until `giveUpCopy`) nothing starts on this data, so that no message comes in behind it.
 * Resolves to how many messages this call copied.
 */
export async function copyMessages(sql: Sql, { from, to }: CopyStores, options: CopyOptions): Promise<number> {
  const { log, signal, pageSize = 500 } = options
  await refuseWhileRunning(sql)
  let after = await beginCopy(sql, { from, to })
  if (after !== null) log.info('The copy goes on where it was interrupted.', { after })
  let copied = 0
  for (let page = 1; ; page++) {
    signal?.throwIfAborted()
    const messages = await from.scan(after, pageSize)
    const last = messages.at(-1)
    if (!last) break
    await to.insert(messages)
    await compare(messages, to)
    after = last.id
    await sql.query(`/* chat.noteCopied */ update chat.message_store set copied_up_to = $1::uuid`, [after])
    copied += messages.length
    if (page % PAGES_PER_LINE === 0) log.info('Messages are being copied.', { copied })
  }
  // Who started before the copy did was not refused by its mark.
  await refuseWhileRunning(sql)
  await switchStore(sql, { from, to })
  log.info(`The messages lie in ${nameOf(to.kind)} now.`, { copied })
  return copied
}

/** Ends a copy that was interrupted without finishing it: the store in use stays in use. False when none was under way. */
export async function giveUpCopy(sql: Sql): Promise<boolean> {
  const { rowCount } = await sql.query(
    `/* chat.giveUpCopy */ update chat.message_store set copying_to = null, copied_up_to = null
     where copying_to is not null`,
  )
  return rowCount > 0
}

/** What a running process sends meanwhile would stay behind in the old store. */
async function refuseWhileRunning(sql: Sql): Promise<void> {
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

/** The server sees a connection for a moment longer than the process that ended it. */
const LINGER_MS = 2_000
/** What the program's connections are called, as `openPool` names them; whoever copies needs another name. */
const RUNNING = 'parley'

async function beginCopy(sql: Sql, { from, to }: CopyStores): Promise<string | null> {
  const record = await readStoreRecord(sql)
  if (!record) throw new StartupError('There are no messages to copy: Parley was never started on this data.')
  if (record.kind !== from.kind) throw new StartupError(`The messages lie in ${nameOf(record.kind)} already.`)
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
      `${nameOf(to.kind)} holds another message than ${message.id} under its id, or none: ` +
        'empty its messages, which are not in use, and copy again.',
    )
  }
}

function textOf({ id, conversationId, sequence, senderId, clientMessageId, text, sentAt, version }: StoredMessage) {
  return JSON.stringify([id, conversationId, sequence, senderId, clientMessageId, text, sentAt, version])
}

async function switchStore(sql: Sql, { from, to }: CopyStores): Promise<void> {
  const { rowCount } = await sql.query(
    `/* chat.switchStore */ update chat.message_store set kind = $2::text, copying_to = null, copied_up_to = null
     where kind = $1::text and copying_to = $2::text`,
    [from.kind, to.kind],
  )
  if (rowCount === 0) throw new StartupError('Another copy ended or gave up this one meanwhile: start again.')
}
