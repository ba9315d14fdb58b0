import { v7 } from 'uuid'
import { findShown } from '../delivery/sent-pushes.ts'
import { readTargets } from '../delivery/targets.ts'
import { savePositions } from '../delivery/positions.ts'
import type { Addressed } from '../platform/eventlog/kinds.ts'
import { ORIGIN } from '../platform/eventlog/position.ts'
import { openEventLog } from '../platform/eventlog/log.ts'
import { silentLog } from '../platform/log/log.ts'
import { openPool } from '../platform/sql/pool.ts'
import type { Database, Sql } from '../platform/sql/sql.ts'
import { countConversations, findConversations, listConversations } from '../subgraphs/chat/conversations/store.ts'
import { findParticipants, listParticipants } from '../subgraphs/chat/conversations/participants.ts'
import { appendMessages, type Draft } from '../subgraphs/chat/messages/append.ts'
import { findFiltered } from '../subgraphs/chat/messages/filtered.ts'
import { findChangeAudience, findEventsOf, findReceipt, findVersions } from '../subgraphs/chat/changes/store.ts'
import { findChangedById, findChangedInRange } from '../subgraphs/chat/messages/versions.ts'
import { findPushNames } from '../subgraphs/chat/messages/push-names.ts'
import { findVisible } from '../subgraphs/chat/messages/receipts.ts'
import { findHideable } from '../subgraphs/chat/hiding/store.ts'
import { findPinnable, findPinned } from '../subgraphs/chat/pins/store.ts'
import { findAboutMessage } from '../subgraphs/chat/reactions/events.ts'
import {
  deleteReaction,
  findReacted,
  findReactedConversation,
  findReactions,
  findReactionsOf,
  findReactors,
  insertReaction,
} from '../subgraphs/chat/reactions/store.ts'
import { findOutdated, findUnwanted } from '../subgraphs/chat/messages/push-refusals.ts'
import { findPins, findPreferences } from '../subgraphs/chat/preferences/store.ts'
import { countReaders, findReaders } from '../subgraphs/chat/reads/readers.ts'
import { findOwnPositions, findTold, movePosition } from '../subgraphs/chat/reads/store.ts'
import { countUnread, findBadges, findUnread, findWhetherUnread } from '../subgraphs/chat/reads/unread.ts'
import { findMembersAt } from '../subgraphs/groups/members/audience.ts'
import { findPeople } from '../subgraphs/users/people/store.ts'
import { createDatabase, type TestDatabase } from './support/database.ts'
import { administer } from './support/postgres.ts'
import { describeWith } from './support/services.ts'

const CONVERSATIONS = 50_000
const RECEIPTS_EACH = 4
const MEMBERS = 10_000

/** The n-th id of a table: the same in SQL, below. */
const id = (table: number, n: number) =>
  `${String(table).padStart(8, '0')}-0000-7000-8000-${String(n).padStart(12, '0')}`
const idSql = (table: number, n: string) =>
  `('${String(table).padStart(8, '0')}-0000-7000-8000-' || lpad((${n})::text, 12, '0'))::uuid`
const [CONVERSATION, USER, MESSAGE, GROUP] = [1, 2, 3, 4]

const GROW = `
  insert into users.account (id, address, display_name, created_at)
    select ${idSql(USER, 'n')}, n || '@example.org', 'User', now() from generate_series(0, ${CONVERSATIONS}) as n;
  insert into users.block (blocker_id, blocked_id, created_at)
    select ${idSql(USER, 'n')}, ${idSql(USER, 'n + 2')}, now() from generate_series(0, ${CONVERSATIONS - 2}) as n;
  insert into users.setting (user_id, messages_from)
    select ${idSql(USER, 'n')}, 'FRIENDS' from generate_series(0, ${CONVERSATIONS}) as n;
  insert into users.device (id, secret_hash, name, platform, created_at)
    select ${idSql(USER, 'n')}, decode(repeat('00', 32), 'hex'), 'Phone', 'IOS', now() from generate_series(0, ${CONVERSATIONS}) as n;
  insert into users.session (id, user_id, device_id, hmac_key, created_at, expires_at)
    select ${idSql(USER, 'n')}, ${idSql(USER, 'n')}, ${idSql(USER, 'n')}, decode(repeat('00', 32), 'hex'), now(), now() + interval '1 day'
    from generate_series(0, ${CONVERSATIONS}) as n;
  insert into chat.conversations (id, kind, low_user_id, high_user_id, last_at, last_sequence, last_message_id)
    select ${idSql(CONVERSATION, 'n')}, 'DIRECT', ${idSql(USER, 'n')}, ${idSql(USER, 'n + 1')}, now(), ${RECEIPTS_EACH}, ${idSql(MESSAGE, `n * 10 + ${RECEIPTS_EACH}`)}
    from generate_series(0, ${CONVERSATIONS - 1}) as n;
  insert into chat.direct_participants (conversation_id, user_id)
    select ${idSql(CONVERSATION, 'n')}, ${idSql(USER, 'n + side')}
    from generate_series(0, ${CONVERSATIONS - 1}) as n, generate_series(0, 1) as side;
  insert into chat.receipts
    select ${idSql(USER, 'n')}, 'old ' || s, ${idSql(MESSAGE, `n * 10 + s`)}, ${idSql(CONVERSATION, 'n')}, s, now(),
      decode(repeat('00', 32), 'hex'), 0, '3', n * 10 + s
    from generate_series(0, ${CONVERSATIONS - 1}) as n, generate_series(1, ${RECEIPTS_EACH}) as s;
  insert into chat.preferences (user_id, conversation_id, favorite, muted_until)
    select user_id, conversation_id, true, 'infinity' from chat.direct_participants;
  insert into chat.reads (user_id, conversation_id, read_up_to, delivered_up_to)
    select user_id, conversation_id, 2, 3 from chat.direct_participants on conflict do nothing;
  insert into chat.reactions (message_id, emoji, user_id, conversation_id, reacted_at)
    select message_id, '👍', sender_id, conversation_id, now() from chat.receipts where sequence = 1;
  insert into chat.reaction_counts (message_id, emoji, count, first_at)
    select message_id, emoji, 1, now() from chat.reactions on conflict do nothing;
  insert into chat.hidden_messages (user_id, conversation_id, sequence)
    select user_id, conversation_id, 3 from chat.direct_participants;
  insert into chat.pins (message_id, conversation_id, pinned_at)
    select message_id, conversation_id, now() from chat.receipts where sequence = 1;
  insert into chat.messages
    select message_id, conversation_id, sequence, sender_id, client_message_id, 'Hello', sent_at, 1 from chat.receipts;
  insert into groups.room (id, title, created_at) values ('${id(GROUP, 0)}', 'Many', now());
  insert into chat.conversations (id, kind, last_at) values ('${id(GROUP, 0)}', 'GROUP', now());
  insert into groups.stay (group_id, user_id, role, joined_at, from_epoch, from_xid, from_id)
    select '${id(GROUP, 0)}', ${idSql(USER, 'n')}, 'MEMBER', now(), 0, '3', n from generate_series(1, ${MEMBERS}) as n;
`

const draft = (conversationId: string, senderId: string): Draft => ({
  id: v7(),
  conversationId,
  senderId,
  clientMessageId: v7(),
  text: 'Hello',
  sentAt: new Date(),
  contentHash: Buffer.alloc(32),
})
/** Into as many conversations, but the last one, which goes to the group. */
const drafts = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    n === count - 1 ? draft(id(GROUP, 0), id(USER, 1)) : draft(id(CONVERSATION, n), id(USER, n)),
  )
const addressed = (count: number): Addressed[] =>
  Array.from({ length: count }, (_, n) => ({
    key: n === 0 ? id(GROUP, 0) : id(CONVERSATION, n),
    position: { epoch: 1, xid: 1_000_000n, id: BigInt(n) },
  }))
const users = (count: number) => Array.from({ length: count }, (_, n) => id(USER, n))

const conversations = (count: number) => Array.from({ length: count }, (_, n) => id(CONVERSATION, n))
const messages = (count: number) => Array.from({ length: count }, (_, n) => id(MESSAGE, n * 10 + 1))

/** All that a send, its delivery and its reading ask PostgreSQL, for one event and for as many as go together at most. */
const STATEMENTS: Readonly<Record<string, (sql: Sql) => Promise<unknown>>> = {
  'one message': (sql) => appendMessages(sql, drafts(1), { mayWait: false, keeps: true }),
  'one direct message': (sql) => appendMessages(sql, drafts(2).slice(0, 1), { mayWait: false, keeps: true }),
  'one message that waits': (sql) => appendMessages(sql, drafts(1), { mayWait: true, keeps: true }),
  '100 messages': (sql) => appendMessages(sql, drafts(100), { mayWait: false, keeps: false }),
  'the recipients of one event': (sql) => findParticipants(sql, addressed(1), null),
  'the recipients of 64 events': (sql) => findParticipants(sql, addressed(64), null),
  'the recipients of 64 events among 100': (sql) => findParticipants(sql, addressed(64), users(100)),
  'the members of one group': (sql) => findMembersAt(sql, addressed(1), null),
  'the members of 64 groups': (sql) => findMembersAt(sql, addressed(64), null),
  'the members of 64 groups among 100': (sql) => findMembersAt(sql, addressed(64), users(100)),
  'the devices of one user': (sql) => readTargets(sql, users(1)),
  'the devices of 1,000 users': (sql) => readTargets(sql, users(1_000)),
  'the name of a sender': (sql) => findPeople(sql, users(1)),
  'the names of a push': (sql) => findPushNames(sql, [{ senderId: id(USER, 1), conversationId: id(GROUP, 0) }]),
  'what a sender sees': (sql) => findConversations(sql, id(USER, 1), [id(CONVERSATION, 1), id(GROUP, 0)]),
  'what its user reads first': (sql) => listConversations(sql, id(USER, 1), {}, null, 50),
  'the unread conversations': (sql) => listConversations(sql, id(USER, 1), { unread: true }, null, 50),
  'the number of conversations': (sql) => countConversations(sql, id(USER, 1), { archived: false }),
  'the unread messages of 50 conversations': (sql) =>
    findUnread(
      sql,
      id(USER, 1),
      conversations(50).map((each) => ({ id: each, lastSequence: 1_000_000 })),
    ),
  'the unread messages in all': (sql) => countUnread(sql, id(USER, 1), {}),
  'the preferences of 50 conversations': (sql) => findPreferences(sql, id(USER, 1), conversations(50)),
  'the pinned conversations': (sql) => findPins(sql, id(USER, 1)),
  'who has muted a conversation, and what was deleted': (sql) =>
    findUnwanted(
      sql,
      users(50).map((userId, n) => ({
        userId,
        conversationId: id(CONVERSATION, n),
        messageId: messages(50)[n]!,
        mentioned: false,
      })),
    ),
  'which pushes are outdated': (sql) =>
    findOutdated(
      sql,
      users(50).map((userId, n) => ({ userId, conversationId: id(CONVERSATION, n), messageId: messages(50)[n]! })),
    ),
  'the badges of 50 users': (sql) => findBadges(sql, users(50)),
  'whether 50 conversations are unread': (sql) =>
    findWhetherUnread(
      sql,
      users(50).map((userId, n) => ({ userId, conversationId: id(CONVERSATION, n) })),
    ),
  'the shown pushes of 50 devices': (sql) =>
    findShown(
      sql,
      users(50).map((deviceId, n) => ({
        deviceId,
        collapseKey: id(CONVERSATION, n),
        data: { conversationId: id(CONVERSATION, n) },
      })),
    ),
  'where a reader is': (sql) => findOwnPositions(sql, id(USER, 1), id(CONVERSATION, 1)),
  'a read position': (sql) => movePosition(sql, 'read', id(USER, 1), id(CONVERSATION, 1), 4),
  'whom a reader tells': (sql) => findTold(sql, id(USER, 1), id(CONVERSATION, 1), 0, 4),
  'how many have read 50 messages': (sql) => countReaders(sql, id(USER, 1), messages(50)),
  'who has read 50 messages': (sql) =>
    findReaders(
      sql,
      id(USER, 1),
      messages(50).map((messageId) => ({ messageId, after: null, limit: 20 })),
    ),
  'a reaction': async (sql) => {
    const reaction = {
      conversationId: id(CONVERSATION, 1),
      messageId: messages(2)[1]!,
      emoji: '🎉',
      userId: id(USER, 1),
    }
    await findReacted(sql, reaction.userId, reaction.messageId, reaction.emoji)
    await insertReaction(sql, reaction, new Date())
    await deleteReaction(sql, reaction)
  },
  'the reactions to 50 messages': (sql) => findReactions(sql, id(USER, 1), messages(50)),
  'who reacted to 50 messages': (sql) =>
    findReactors(
      sql,
      id(USER, 1),
      messages(50).map((messageId) => ({ messageId, emoji: '👍', after: null, limit: 20 })),
    ),
  'a pin': (sql) => findPinnable(sql, id(USER, 1), messages(2)[1]!),
  'the pinned messages of 50 conversations': (sql) =>
    findPinned(
      sql,
      id(USER, 1),
      conversations(50).map((conversationId) => ({ conversationId, before: null, limit: 20 })),
    ),
  'the messages of a sender': (sql) =>
    findFiltered(
      sql,
      id(CONVERSATION, 1),
      { senderId: id(USER, 1), types: null },
      { low: 1, high: 4, limit: 21, from: 'end' },
    ),
  'the files of a conversation': (sql) =>
    findFiltered(
      sql,
      id(CONVERSATION, 1),
      { senderId: null, types: ['IMAGE', 'FILE'] },
      { low: 1, high: 4, limit: 21, from: 'end' },
    ),
  'a page for one who hid messages': (sql) =>
    findFiltered(sql, id(CONVERSATION, 1), null, { low: 1, high: 4, limit: 21, from: 'end' }, id(USER, 1)),
  'what is to be hidden': (sql) => findHideable(sql, id(USER, 1), messages(50)),
  'who is told of 64 reactions': (sql) => findAboutMessage(sql, addressed(64), null),
  'what a deleted user reacted to': async (sql) => {
    await findReactedConversation(sql, id(USER, 1))
    await findReactionsOf(sql, id(USER, 1), id(CONVERSATION, 1), 100)
  },
  'the participants of 50 conversations': (sql) =>
    listParticipants(
      sql,
      conversations(50).map((conversationId) => ({ conversationId, after: null, limit: 20 })),
    ),
  'the messages that a user may see': (sql) => findVisible(sql, id(USER, 1), messages(50)),
  'what was changed of 50 messages': (sql) => findChangedById(sql, messages(50)),
  'what was changed of a page': (sql) => findChangedInRange(sql, id(CONVERSATION, 1), 1, 50),
  'who hears of an edit': (sql) =>
    findChangeAudience(
      sql,
      addressed(1).map((each) => ({ ...each, messageId: messages(1)[0]! })),
      null,
    ),
  'who may edit': (sql) => findReceipt(sql, messages(1)[0]!, id(USER, 1), new Date()),
  'what was told of a message': (sql) => findEventsOf(sql, messages(1)),
  'the versions of a message': (sql) => findVersions(sql, messages(1)[0]!, 100, 20),
  'a position': (sql) => savePositions(sql, [{ name: 'shard 1', term: '1', position: ORIGIN }]),
}

describeWith('postgres', 'The plans of the write path, and of what is read after it', () => {
  let db: TestDatabase
  let early: Database
  beforeAll(async () => {
    db = await createDatabase()
    await openEventLog(db.database)
    // Statistics come when the tests want them.
    for (const table of [
      'chat.conversations',
      'chat.direct_participants',
      'chat.receipts',
      'chat.messages',
      'chat.preferences',
      'chat.reads',
      'chat.hidden_messages',
      'chat.reactions',
      'chat.pins',
      'chat.reaction_counts',
      'groups.stay',
      'users.account',
      'users.block',
      'users.refusing',
      'users.setting',
      'users.device',
      'users.session',
    ])
      await db.database.query(`alter table ${table} set (autovacuum_enabled = false)`)
    early = await openPool(db.url, { max: 1, log: silentLog })
    // Its plans are those of empty tables: after five runs PostgreSQL keeps a plan for all values.
    for (const run of Object.values(STATEMENTS)) for (let n = 0; n < 7; n++) await early.transaction((sql) => run(sql))
    await administer(db.url, GROW)
  }, 120_000)
  afterAll(async () => {
    await early[Symbol.asyncDispose]()
    await db[Symbol.asyncDispose]()
  })

  /** Rows that this connection has read by walking through whole tables, by the table; PostgreSQL forgets them now and then. */
  const readRows = async (sql: Sql) => {
    const { rows } = await sql.query<{ table: string; rows: number }>(
      `select schemaname || '.' || relname as table, seq_tup_read::int as rows from pg_stat_xact_user_tables
       where seq_tup_read > 0`,
    )
    return new Map(rows.map((row) => [row.table, row.rows]))
  }

  /** The tables of which a statement read more rows without an index than it has events and users. */
  const walked = async (database: Database) => {
    const found: Record<string, string[]> = {}
    for (const [name, run] of Object.entries(STATEMENTS)) {
      const tables = await database.transaction(async (sql) => {
        const before = await readRows(sql)
        await run(sql)
        return (
          [...(await readRows(sql))]
            // Its only row is read for each event's shard.
            .filter(([table]) => table !== 'events.settings')
            .filter(([table, rows]) => rows - (before.get(table) ?? 0) > 100)
        )
      })
      if (tables.length > 0) found[name] = tables.map(([table]) => table)
    }
    return found
  }

  test('look up by index, made when the tables were empty', async () => {
    expect(await walked(early)).toEqual({})
  })

  test.each(['auto', 'force_generic_plan'])('look up by index, made without statistics (%s)', async (mode) => {
    const url = new URL(db.url)
    await db.database.query(`alter database ${url.pathname.slice(1)} set plan_cache_mode = ${mode}`)
    await using fresh = await openPool(db.url, { max: 1, log: silentLog })
    expect(await walked(fresh)).toEqual({})
  })

  test('look up by index, made with statistics', async () => {
    await db.database.query('analyze')
    await using fresh = await openPool(db.url, { max: 1, log: silentLog })
    for (let n = 0; n < 7; n++) expect(await walked(fresh)).toEqual({})
  })
})
