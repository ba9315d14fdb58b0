import type { Position } from '../../../platform/eventlog/position.ts'
import type { Sql } from '../../../platform/sql/sql.ts'

/**
 * Maximum parts of conversations, of 2,000 messages each, that one search looks into. A look that finds nothing takes
 * under 0.1 ms, so a user with any number of conversations cannot keep a connection busy for long. At the limit older
 * messages are not found without their conversation.
 */
const MAX_LOOKS = 2_000

/** Above the id of every message. */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** What is searched for, in PostgreSQL's form. Null if there is no word in it that a message must have. */
export async function findTerms(sql: Sql, language: string, query: string): Promise<string | null> {
  const { rows } = await sql.query<{ terms: string | null }>(
    `/* chat.searchTerms */ select chat.search_terms($1::text::regconfig, $2::text) as terms`,
    [language, query],
  )
  return rows[0]?.terms ?? null
}

export interface SearchAsked {
  readonly terms: string
  /** Null: all of the user's. */
  readonly conversationId: string | null
  /** Only messages with a lower id. */
  readonly before: string | null
  readonly limit: number
}

/** The messages that the user may see and that match, the newest first. */
export async function searchMessages(
  sql: Sql,
  userId: string,
  { terms, conversationId, before, limit }: SearchAsked,
  maxLooks = MAX_LOOKS,
): Promise<{ id: string }[]> {
  const { rows } = await sql.query<{ id: string }>(
    `/* chat.searchMessages */ select found.message_id as id
     from chat.search_messages($1::uuid, $2::uuid, $3::text, $4::uuid, $5::integer, $6::integer) as found
     order by found.message_id desc`,
    [userId, conversationId, terms, before ?? LAST_ID, limit, maxLooks],
  )
  return rows
}

/** How far the index is. */
export interface Progress {
  /** Every event of the log up to here is in the index. */
  readonly position: Position
  /** The messages of the store up to this id are in the index. */
  readonly scannedUpTo: string | null
  /** Whether all messages of the store are in the index that were there before the log was read. */
  readonly scanned: boolean
}

/** How long a process may be silent before another one continues its work. */
const HELD_SECONDS = 30

/**
 * Makes this process the one that fills the index, or keeps it that. Null if another one is. What was indexed in another
 * language begins anew, as does what the log no longer reaches back to.
 */
export async function holdIndex(sql: Sql, holder: string, language: string, start: Position): Promise<Progress | null> {
  const { rows } = await sql.query<{
    epoch: number
    xid: string
    id: string
    scannedUpTo: string | null
    scanned: boolean
  }>(
    `/* chat.holdSearchIndex */ insert into chat.search_progress as p (language, epoch, xid, id, holder, held_until)
     values ($2::text, $3::integer, $4::xid8, $5::bigint, $1::text, now() + make_interval(secs => $6::integer))
     on conflict (the_only) do update set
       (language, epoch, xid, id, scanned_up_to, scanned) = (
         select excluded.language, excluded.epoch, excluded.xid, excluded.id, null, false
         where p.language <> excluded.language or (p.epoch, p.xid, p.id) < (excluded.epoch, excluded.xid, excluded.id)
         union all
         select p.language, p.epoch, p.xid, p.id, p.scanned_up_to, p.scanned
         limit 1
       ),
       holder = excluded.holder,
       held_until = excluded.held_until
     where p.holder = excluded.holder or p.held_until < now()
     returning p.epoch, p.xid, p.id, p.scanned_up_to as "scannedUpTo", p.scanned`,
    [holder, language, start.epoch, String(start.xid), String(start.id), HELD_SECONDS],
  )
  const [row] = rows
  if (!row) return null
  const { epoch, xid, id, scannedUpTo, scanned } = row
  return { position: { epoch, xid: BigInt(xid), id: BigInt(id) }, scannedUpTo, scanned }
}

/** A message whose words go into the index. */
export interface Indexed {
  readonly id: string
  readonly conversationId: string
  readonly sequence: number
  readonly version: number
  readonly text: string
}

/**
 * Maximum bytes of a word that can be found. With its place before it a word must have at most 2,046 bytes, or PostgreSQL
 * refuses the statement: one such word in one message would end the index for everybody. Longer words are left out.
 */
const MAX_WORD_BYTES = 1_900

/**
 * Maximum characters of a message whose words can be found. PostgreSQL refuses more than a megabyte of words, which a text of
 * 100,000 characters with many different words would be with their places: that too would end the index for everybody.
 */
const MAX_CHARACTERS = 40_000

/**
 * Writes a part of the index and how far it is, in one statement: so what is written twice after a crash is the same.
 * False if another process holds the index by now: then nothing is written.
 */
export async function saveIndexed(
  sql: Sql,
  { holder, language }: { readonly holder: string; readonly language: string },
  { messages, removed }: { readonly messages: readonly Indexed[]; readonly removed: readonly string[] },
  { position, scannedUpTo, scanned }: Progress,
): Promise<boolean> {
  const { rows } = await sql.query(
    `/* chat.saveIndexed */ with held as (
       update chat.search_progress
       set epoch = $9::integer, xid = $10::xid8, id = $11::bigint, scanned_up_to = $12::uuid, scanned = $13::boolean
       where holder = $1::text and language = $2::text
       returning true
     ), gone as (
       delete from chat.search where message_id = any($8::uuid[]) and exists (select from held)
     ), kept as (
       insert into chat.search as s (message_id, conversation_id, sequence, version, words)
       select
         m.id, m.conversation_id, m.sequence, m.version,
         chat.search_words_at(
           chat.search_place(m.conversation_id, chat.search_bucket_of(m.sequence)),
           ts_delete(
             m.words, array(select w.lexeme from unnest(m.words) as w where octet_length(w.lexeme) > ${MAX_WORD_BYTES})
           )::text
         )::tsvector
       from (
         select given.*, to_tsvector($2::text::regconfig, left(given.text, ${MAX_CHARACTERS})) as words
         from unnest($3::uuid[], $4::uuid[], $5::integer[], $6::integer[], $7::text[])
           as given (id, conversation_id, sequence, version, text)
         offset 0
       ) as m
       where exists (select from held)
         -- A message store may not know yet that the message was deleted.
         and not exists (select from chat.receipts as r where r.message_id = m.id and r.deleted_at is not null)
       on conflict (message_id) do update set words = excluded.words, version = excluded.version
       where s.version <= excluded.version
     )
     select from held`,
    [
      holder,
      language,
      messages.map(({ id }) => id),
      messages.map(({ conversationId }) => conversationId),
      messages.map(({ sequence }) => sequence),
      messages.map(({ version }) => version),
      messages.map(({ text }) => text),
      removed,
      position.epoch,
      String(position.xid),
      String(position.id),
      scannedUpTo,
      scanned,
    ],
  )
  return rows.length > 0
}

/** Takes deleted messages out of the index, in the transaction of their deletion. */
export async function removeWords(sql: Sql, messageIds: readonly string[]): Promise<void> {
  await sql.query('/* chat.removeWords */ delete from chat.search where message_id = any($1::uuid[])', [messageIds])
}

/** Forgets the index: whichever process holds it next makes it anew from the messages. */
export async function forgetIndex(sql: Sql): Promise<void> {
  await sql.query(
    `/* chat.forgetSearchIndex */ with gone as (delete from chat.search_progress) delete from chat.search`,
  )
}

export async function languageExists(sql: Sql, language: string): Promise<boolean> {
  const { rows } = await sql.query(
    `/* chat.findSearchLanguage */ select from pg_catalog.pg_ts_config where cfgname = $1::text limit 1`,
    [language],
  )
  return rows.length > 0
}
