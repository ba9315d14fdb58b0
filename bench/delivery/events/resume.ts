import { v7 } from 'uuid'
import { encodeCursor } from '../../../platform/eventlog/cursor.ts'
import type { Position } from '../../../platform/eventlog/position.ts'
import { makeWalk } from '../../../inbox/replay.ts'
import { makeSharedReads } from '../../../inbox/shared-reads.ts'
import { connect } from '../../../platform/sql/connection.ts'
import type { Postgres } from '../postgres.ts'
import { note, say, shown, table } from '../report.ts'
import { openWorld, until, type User, type World } from './world.ts'

/** Events of one insert, each with a transaction id of its own. */
const CHUNK = 100_000
/** What happened to others is in so many conversations. */
const OTHERS = 100_000

/** Who was away: in so many conversations, of which some were busy, with so many messages in each. */
const AWAY = [
  { conversations: 1, busy: 1, messages: 100 },
  { conversations: 50, busy: 20, messages: 25 },
  { conversations: 2_000, busy: 200, messages: 10 },
  { conversations: 2_000, busy: 1, messages: 2_000 },
] as const

/** After a day with so many events, users come back: one who was in one conversation and one who was in 2,000. */
export async function measureResume(postgres: Postgres, sizes: readonly number[]): Promise<void> {
  await using world = await openWorld(postgres)
  const { database, eventLog } = world
  const away: { user: User; missed: number; conversations: number }[] = []
  const busy: { id: string; messages: number }[] = []
  for (const { conversations, busy: count, messages } of AWAY) {
    const [user] = await world.users(1)
    const ids = Array.from({ length: conversations }, () => v7())
    await database.query(
      `with one as (
         insert into chat.conversations (id, kind, low_user_id, high_user_id, last_at)
         select c, 'DIRECT', '00000000-0000-7000-8000-000000000001', gen_random_uuid(), now() from unnest($1::uuid[]) as c
       )
       insert into chat.direct_participants (conversation_id, user_id) select c, $2::uuid from unnest($1::uuid[]) as c`,
      [ids, user!.userId],
    )
    away.push({ user: user!, missed: count * messages, conversations })
    busy.push(...ids.slice(0, count).map((id) => ({ id, messages })))
  }
  const rows: string[][] = []
  for (const size of sizes) {
    const since = await eventLog.head(database)
    await fill(world, size, busy)
    const after = encodeCursor(Array.from({ length: eventLog.shards }, () => since))
    for (const { user, missed, conversations } of away) {
      note(`${size} events: ${missed} of ${conversations} conversations`)
      const rowsBefore = world.rowsRead
      let got = 0
      const resume = await world.measure(async () => {
        const leave = await world.stream(user, () => got++, after)
        await until(() => got >= missed)
        await leave()
      })
      if (got !== missed) throw new Error(`${missed} events were missed, and ${got} came.`)
      const rowsRead = world.rowsRead - rowsBefore
      let synced = 0
      const sync = await world.measure(async () => {
        let cursor: string | null = after
        for (let more = true; more;) {
          const page = await world.node.readPage({ viewer: user, after: cursor, limit: 100 })
          synced += page.items.length
          cursor = page.cursor
          more = page.hasMore
        }
      })
      if (synced !== missed) throw new Error(`${missed} events were missed, and sync brought ${synced}.`)
      rows.push([
        String(size),
        String(conversations),
        String(missed),
        `${shown(resume.program)} + ${shown(resume.postgres)}`,
        shown(resume.wallMs),
        shown(rowsRead),
        `${shown(sync.program)} + ${shown(sync.postgres)}`,
        shown(sync.wallMs),
      ])
    }
    await printWalk(world, size, away[0]!.user, since)
  }
  say('### Resume after a day away')
  say()
  table(
    [
      'events of the day',
      'conversations',
      'missed',
      'resume, CPU-ms (program + PostgreSQL)',
      'resume, ms',
      'rows of the log and its index read',
      'sync by pages of 100, CPU-ms',
      'sync, ms',
    ],
    rows,
  )
}

/** What the same costs for one who reads the whole log, from a part of it. */
async function printWalk(world: World, size: number, user: User, since: Position): Promise<void> {
  const reads = 100
  const from = Array.from({ length: world.eventLog.shards }, () => since)
  const walk = makeWalk({ readFor: makeSharedReads(world) }, { viewer: user, closed: false }, from)
  const head = await world.eventLog.head(world.database)
  const { program, postgres, wallMs } = await world.measure(async () => {
    await walk.to(
      head,
      () => true,
      (done) => done >= reads,
    )
  })
  const share = Math.max(1, size / (reads * 200))
  say(
    `Of ${size} events the whole log, filtered, would cost one reader ${shown((program + postgres) * share)} CPU-ms and take ` +
      `${shown(wallMs * share)} ms (from ${reads} pages of 200).`,
  )
  say()
}

/**
 * Writes messages of others, and among them evenly those of the busy conversations. The indexes are made afterwards, which is
 * several times faster.
 */
async function fill(world: World, size: number, busy: readonly { id: string; messages: number }[]): Promise<void> {
  const client = await connect(world.url)
  try {
    await client.query(`set session_replication_role = replica; set synchronous_commit = off`)
    const { rows: indexes } = await client.query<{ name: string; made: string }>(
      `select indexname as name, indexdef as made from pg_indexes
       where schemaname = 'events' and tablename = 'log' and indexname <> 'log_pkey'`,
    )
    for (const { name } of indexes) await client.query(`drop index events.${name}`)
    await client.query(
      `create temporary table others as
       select n, k, events.shard_of(k)::smallint as shard from (
         select n, md5(n::text)::uuid::text as k from generate_series(0, ${OTHERS - 1}) as n
       ) as keys`,
    )
    await client.query('create unique index on others (n); analyze others')
    const chunks = Math.ceil(size / CHUNK)
    for (let chunk = 0; chunk < chunks; chunk++) {
      if (chunk % 10 === 0) note(`${chunk * CHUNK} of ${size} events are written`)
      const count = Math.min(CHUNK, size - chunk * CHUNK)
      const own = busy.flatMap(({ id, messages }) => {
        const [from, to] = [chunk, chunk + 1].map((at) => Math.floor((messages * at) / chunks))
        return Array.from({ length: to! - from! }, () => id)
      })
      await client.query(INSERT, [count, OTHERS, own])
    }
    for (const { name, made } of indexes) {
      note(`${name} is made`)
      await client.query(made)
    }
    await client.query('vacuum analyze events.log')
  } finally {
    await client.end()
  }
}

const INSERT = `
  insert into events.log (epoch, xid, shard, kind, key, payload)
  select s.epoch, pg_current_xact_id(), shard, 'chat.MessageSent', k, jsonb_build_object(
    'id', gen_random_uuid(), 'conversationId', k, 'senderId', k, 'clientMessageId', '1',
    'sequence', 1, 'text', 'A message of a day on which much happened', 'sentAt', '2026-01-01T00:00:00.000Z', 'stored', true)
  from events.settings as s, (
    select o.k, o.shard, place
    from (select floor(random() * $2::int)::int as n, random() as place from generate_series(1, $1::int) offset 0) as asked
    join others as o using (n)
    union all
    select k, events.shard_of(k)::smallint, random() from unnest($3::text[]) as k
  ) as written
  order by place`
