import type { Client } from 'pg'

export interface Filled {
  /** An open direct conversation without messages. */
  readonly id: string
  readonly senders: readonly [string, string]
  readonly count: number
}

/** Rows of one statement: it bounds the memory of PostgreSQL's triggers and locks. */
const AT_ONCE = 100_000

/**
 * Puts messages into PostgreSQL's own tables as if they had been sent long ago; sending a million would take an hour. Ids rise
 * with the sequence, as those of messages do.
 */
export async function fillHistory(client: Client, { id, senders, count }: Filled): Promise<void> {
  const numbered = `
    from generate_series($3::integer, $4::integer) as n
    cross join lateral (
      select
        (lpad(to_hex(1600000000000 + n), 12, '0') || '7' || substr(md5($1::text), 1, 3) || '8' || substr(md5($1::text || n), 1, 15))::uuid as id,
        ($2::uuid[])[1 + n % 2] as sender_id,
        'bench-' || $1::text || '-' || n as client_message_id,
        timestamptz '2024-01-01' + n * interval '1 second' as sent_at
    ) as message`
  for (let from = 1; from <= count; from += AT_ONCE) {
    const values = [id, senders, from, Math.min(count, from + AT_ONCE - 1)]
    await client.query(
      `insert into chat.messages (id, conversation_id, sequence, sender_id, client_message_id, text, sent_at, version)
       select message.id, $1::uuid, n, sender_id, client_message_id, 'It is the time that you wasted, ' || n, sent_at, 1 ${numbered}`,
      values,
    )
    // Positions before those of all real events.
    await client.query(
      `insert into chat.receipts
         (sender_id, client_message_id, message_id, conversation_id, sequence, sent_at, content_hash, epoch, xid, event_id)
       select sender_id, client_message_id, message.id, $1::uuid, n, sent_at, decode(repeat('00', 32), 'hex'), 1, '3'::xid8, n
       ${numbered}`,
      values,
    )
  }
  await client.query(
    `update chat.conversations set last_sequence = $2::integer,
       last_message_id = (select message_id from chat.receipts where conversation_id = $1::uuid and sequence = $2::integer)
     where id = $1::uuid`,
    [id, count],
  )
  await client.query('analyze chat.messages')
  await client.query('analyze chat.receipts')
}
