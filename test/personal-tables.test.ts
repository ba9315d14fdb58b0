import type { ExportSource } from '../subgraphs/export.ts'
import { makeExportSources as chatSources } from '../subgraphs/chat/export/sources.ts'
import { makeExportSources as groupSources } from '../subgraphs/groups/export/sources.ts'
import { makeExportSources as userSources } from '../subgraphs/users/export/sources.ts'
import { createDatabase } from './support/database.ts'

/**
 * Tables that name somebody and are not exported, and why. A new table needs an export source or a line here, and its
 * rows must be erased: test/e2e/erasure looks for what is left.
 */
const NOT_EXPORTED: Readonly<Record<string, string>> = {
  'users.suspension': 'A suspended user cannot sign in; the reason is told at sign-in.',
  'users.refusing': 'Has a row for both sides of a block: it would tell who is blocked. The blocks are exported.',
  'users.push_target_change': 'Says for a while that push targets changed, which are exported.',
  'users.attendance': 'Says that the user is online now; when they last were is exported.',
  'users.admin': 'Admins are no users.',
  'users.admin_refresh': 'The same.',
  'users.released_username': 'Hashes of names that were given up, for a while.',
  'users.erasure': 'Names deleted users alone, who cannot ask.',
  'groups.erasure': 'The same.',
  'chat.erasure': 'The same.',
  'delivery.erasure': 'The same.',
  'users.stream_node': 'Processes; who has streams on them is in users.attendance.',
  'groups.room': 'Names a group, not a person.',
  'events.log': 'Copies of what is exported, for delivery, until EVENT_RETENTION_DAYS are over.',
  'events.addressed': 'Which events of the log are for whom, as long as they are in the log.',
  'events.copies': 'Which events of the log repeat which, as long as they are in the log.',
  'delivery.parked_pushes': 'Copies of what was to be pushed, for 30 days.',
  'delivery.sent_pushes': 'What became of which push, for three days; `pushDecisions` tells its owner.',
  'delivery.positions': 'How far delivery is.',
  'events.settings': 'Settings of the log.',
  'delivery.parked': 'Copies of events that are exported.',
  'chat.slow_senders': 'When a user last sent into a group with slow mode; the messages are exported.',
  'chat.mentions': 'Where a user is mentioned, for a list; the messages are of those who sent them.',
  'chat.reaction_counts': 'Numbers of reactions to messages; the reactions are exported.',
  'chat.versions': 'What messages said before they were edited or deleted, for moderators; the messages are exported.',
  'chat.search': 'The words of messages, which are exported.',
  'chat.search_progress': 'How far the index of the search is.',
  'nonces.used': 'Random numbers of requests, for minutes.',
}

/** Columns that can name a person, or what is a person's. */
const PERSONAL = /(^|_)(id|user|device|session|sender|owner|member|by|address|actor|email)$/

test('every table that can name a person is exported, or is listed with the reason why not', async () => {
  await using db = await createDatabase({ max: 1 })
  const { database } = db
  const { rows } = await database.query<{ table: string; column: string }>(
    `select c.table_schema || '.' || c.table_name as table, c.column_name as column
     from information_schema.columns as c
     join information_schema.tables as t using (table_schema, table_name)
     where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema')`,
  )
  const personal = new Set(rows.filter(({ column }) => PERSONAL.test(column)).map(({ table }) => table))
  expect(personal.size).toBeGreaterThan(10)
  const sources: ExportSource[] = [
    ...userSources(database),
    ...groupSources(database),
    ...chatSources(database, { find: async () => [] }),
  ]
  const exported = new Set(sources.flatMap(({ tables }) => tables))
  expect([...personal].filter((table) => !exported.has(table) && !(table in NOT_EXPORTED)).sort()).toEqual([])
  // Each list names tables that exist.
  const all = new Set(rows.map(({ table }) => table))
  expect([...exported, ...Object.keys(NOT_EXPORTED)].filter((table) => !all.has(table))).toEqual([])
})
