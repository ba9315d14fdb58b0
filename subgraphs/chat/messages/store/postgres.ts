import type { Sql } from '../../../../platform/sql/sql.ts'
import { checkBatch, checkLimit, checkRange, requireId, SequenceTakenError } from './checks.ts'
import { extrasOf, type MessageExtras } from '../body.ts'
import { makeGate } from './gate.ts'
import { ERASED_CLIENT_ID, type MessageStore, type StoredMessage } from './messages.ts'

interface Row {
  id: string
  conversation_id: string
  sequence: number
  sender_id: string
  client_message_id: string
  text: string
  sent_at: Date
  version: number
  body: MessageExtras | null
}

const COLUMNS = 'id, conversation_id, sequence, sender_id, client_message_id, text, sent_at, version, body'

/** Keeps messages in the table `chat.messages`. Disposing the store waits for its calls, and does not close `sql`. */
export function makePostgresMessages(sql: Sql): MessageStore {
  const gate = makeGate()
  return {
    kind: 'postgres',
    sharesTransaction: true,

    insert: (messages) => gate.enter(() => write(sql, INSERT, messages)),

    replace: (messages) => gate.enter(() => replaceRows(sql, messages)),

    find: (ids) =>
      gate.enter(async () => {
        const wanted = ids.map(requireId)
        if (wanted.length === 0) return []
        const { rows } = await sql.query<Row>(
          `/* chat.findMessages */ select ${COLUMNS} from chat.messages where id = any($1::uuid[])`,
          [wanted],
        )
        const found = new Map(rows.map((row) => [row.id, fromRow(row)]))
        return wanted.map((id) => found.get(id) ?? null)
      }),

    forgetClientIds: (messages) =>
      gate.enter(async () => {
        const { rows } = await sql.query<{ id: string }>(
          `/* chat.forgetClientIds */ update chat.messages set client_message_id = $2::text || id::text
           where id = any($1::uuid[])
           returning id`,
          [messages.map(({ id }) => requireId(id)), ERASED_CLIENT_ID],
        )
        return rows.map(({ id }) => id)
      }),

    range: (conversationId, range) =>
      gate.enter(async () => {
        const { after, before, limit, from } = checkRange(range)
        const { rows } = await sql.query<Row>(
          `/* chat.messageRange */ select ${COLUMNS} from chat.messages
           where conversation_id = $1::uuid and sequence > $2::bigint and sequence < $3::bigint
           order by sequence ${from === 'start' ? 'asc' : 'desc'} limit $4::integer`,
          [requireId(conversationId), after, before, limit],
        )
        const messages = rows.map(fromRow)
        return from === 'start' ? messages : messages.reverse()
      }),

    scan: (afterId, limit) =>
      gate.enter(async () => {
        const { rows } = await sql.query<Row>(
          `/* chat.scanMessages */ select ${COLUMNS} from chat.messages
           where $1::uuid is null or id > $1::uuid order by id limit $2::integer`,
          [afterId === null ? null : requireId(afterId), checkLimit(limit)],
        )
        return rows.map(fromRow)
      }),

    [Symbol.asyncDispose]: () => gate.close(),
  }
}

/** `replace` on PostgreSQL: also inside the transaction of a change, so that the row changes with it. */
export function replaceRows(sql: Sql, messages: readonly StoredMessage[]): Promise<void> {
  return write(sql, REPLACE, messages)
}

async function write(sql: Sql, statement: string, messages: readonly StoredMessage[]): Promise<void> {
  // Sorted, because batches with common messages in different orders could deadlock.
  const batch = checkBatch(messages).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : a.version - b.version))
  if (batch.length === 0) return
  try {
    await sql.query(statement, [
      batch.map((message) => message.id),
      batch.map((message) => message.conversationId),
      batch.map((message) => message.sequence),
      batch.map((message) => message.senderId),
      batch.map((message) => message.clientMessageId),
      batch.map((message) => message.text),
      batch.map((message) => message.sentAt),
      batch.map((message) => message.version),
      batch.map(bodyOf),
    ])
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error
    throw new SequenceTakenError('A message must not have the sequence number of another one in its conversation.', {
      cause: error,
    })
  }
}

const UNIQUE_VIOLATION = '23505'

const INSERT = `/* chat.insertMessages */ insert into chat.messages (${COLUMNS})
  select * from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[], $8::integer[], $9::jsonb[])
  on conflict (id) do nothing`

/** Of several versions of one message in a call, the last one is written: a row can be changed once per statement. */
const REPLACE = `/* chat.replaceMessages */ insert into chat.messages as m (${COLUMNS})
  select distinct on (id) * from unnest(
    $1::uuid[], $2::uuid[], $3::integer[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[], $8::integer[], $9::jsonb[]
  ) as given (${COLUMNS})
  order by id, version desc
  on conflict (id) do update set text = excluded.text, body = excluded.body, version = excluded.version
  where m.version < excluded.version`

/** The JSON of the column `body`: null for a plain text. */
function bodyOf(message: StoredMessage): string | null {
  const extras = extrasOf(message)
  return Object.keys(extras).length > 0 ? JSON.stringify(extras) : null
}

function fromRow(row: Row): StoredMessage {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    sequence: row.sequence,
    senderId: row.sender_id,
    clientMessageId: row.client_message_id,
    text: row.text,
    sentAt: row.sent_at,
    version: row.version,
    ...(row.body && extrasOf(row.body)),
  }
}
