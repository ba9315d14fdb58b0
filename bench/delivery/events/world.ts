import { setTimeout as delay } from 'node:timers/promises'
import { v7 } from 'uuid'
import { PUSH_QUEUE, PUSH_SHARDS, startDelivery, startPush } from '../../../delivery/index.ts'
import { startInboxNode, type AttendedNode, type InboxItem } from '../../../inbox/index.ts'
import { openMemoryBus } from '../../../platform/bus/index.ts'
import { systemClock } from '../../../platform/clock/clock.ts'
import { openEventLog } from '../../../platform/eventlog/log.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { openMemoryPresence } from '../../../platform/presence/index.ts'
import { openMemoryQueue } from '../../../platform/queue/index.ts'
import { migrate } from '../../../platform/sql/migrate.ts'
import { openPool } from '../../../platform/sql/pool.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import { makeClosers } from '../../../roles/closers.ts'
import { kinds } from '../../../roles/event-kinds.ts'
import { rooms } from '../../../roles/migrations.ts'
import { startAttendance } from '../../../subgraphs/users/index.ts'
import type { Postgres } from '../postgres.ts'

export interface User {
  readonly userId: string
  readonly deviceId: string
}

/** CPU time in milliseconds. */
export interface Cost {
  readonly program: number
  readonly postgres: number
  readonly wallMs: number
}

/** The names of the statements that read many events or their positions. */
const READS_THE_LOG = /\* events\.(read|readShard|readAt|findOfKeys|findAddressed) \*/

export type World = Awaited<ReturnType<typeof openWorld>>

/** The pieces of delivery in this process, on a database of its own; bus, queue and presence are in memory. */
export async function openWorld(postgres: Postgres) {
  const closers = makeClosers()
  const url = await postgres.makeDatabase(`bench_events_${process.pid}_${v7().slice(-6)}`)
  await migrate(url, rooms, silentLog)
  const pool = closers.use(await openPool(url, { max: 10, log: silentLog }))
  let rowsRead = 0
  const database: Database = {
    ...pool,
    async query<Row extends object>(text: string, parameters?: readonly unknown[]) {
      const answer = await pool.query<Row>(text, parameters as never)
      if (READS_THE_LOG.test(text)) rowsRead += answer.rows.length
      return answer
    },
  }
  const eventLog = await openEventLog(database, kinds)
  const bus = closers.use(openMemoryBus())
  const presence = closers.use(openMemoryPresence({ clock: systemClock }))
  const queue = closers.use(openMemoryQueue())
  await queue.declare(PUSH_QUEUE, PUSH_SHARDS)
  const base = { database, eventLog, kinds, bus, presence, clock: systemClock, log: silentLog }
  const attend = (noted: AttendedNode) => startAttendance(base, noted)
  const node = closers.use(await startInboxNode({ ...base, nodeId: v7(), attend }))
  let pushed = 0

  return {
    ...base,
    url,
    node,
    /** Rows that statements got from the log and its index. */
    get rowsRead() {
      return rowsRead
    },
    get pushed() {
      return pushed
    },
    /** Relay, consumers and the push worker, with a provider that takes everything. */
    startDelivery() {
      closers.use(startDelivery({ ...base, queue, finishWrites: async () => {} }, { alone: true }))
      const sender = { send: async () => void pushed++ }
      closers.use(
        startPush({ queue, database, kinds, sender, dropToken: async () => {}, log: silentLog }, { burstMs: 0 }),
      )
    },
    /** Users with a device each, signed in. */
    async users(count: number): Promise<User[]> {
      const users = Array.from({ length: count }, () => ({ userId: v7(), deviceId: v7() }))
      await database.query(
        `with asked as materialized (select * from unnest($1::uuid[], $2::uuid[]) as a (user_id, device_id)), people as (
           insert into users.account (id, address, display_name, created_at)
           select user_id, user_id || '@example.org', 'Somebody', now() from asked
         ), devices as (
           insert into users.device (id, secret_hash, name, platform, push_token, created_at)
           select device_id, decode(repeat('00', 32), 'hex'), 'Phone', 'IOS', 'token-' || device_id, now() from asked
         )
         insert into users.session (id, user_id, device_id, hmac_key, created_at, expires_at)
         select gen_random_uuid(), user_id, device_id, decode(repeat('00', 32), 'hex'), now(), now() + interval '1 day'
         from asked`,
        [users.map(({ userId }) => userId), users.map(({ deviceId }) => deviceId)],
      )
      return users
    },
    async group(users: readonly User[]): Promise<string> {
      const id = v7()
      await database.query(
        `insert into groups.room (id, title, created_at, member_count) values ($1, 'Group', now(), $2::int)`,
        [id, users.length],
      )
      await database.query(
        `insert into chat.conversations (id, kind, last_at) values ($1, 'GROUP', now()) on conflict do nothing`,
        [id],
      )
      await database.query(
        `insert into groups.stay (group_id, user_id, role, joined_at, from_epoch, from_xid, from_id)
         select $1::uuid, u, 'MEMBER', now(), 0, '0', n from unnest($2::uuid[]) with ordinality as x (u, n)`,
        [id, users.map(({ userId }) => userId)],
      )
      return id
    },
    /** A stream that takes everything at once. `got` is called for each event; returns how to leave. */
    async stream(viewer: User, got: (item: InboxItem) => void, after: string | null = null) {
      let progressed = (_cursor: string) => {}
      const stream = await node.openStream({
        viewer,
        after,
        onProgress: (listener) => (progressed = listener),
      })
      stream.pour(
        (item) => {
          if (item.event) got(item)
          progressed(item.cursor)
          return undefined
        },
        () => {},
      )
      return async () => void (await stream.return())
    },
    /** Runs the work and measures it to half a second after its end, as the other cases do. */
    async measure(work: () => Promise<void>): Promise<Cost> {
      const [program, before, startedAt] = [process.cpuUsage(), postgres.cpu(), performance.now()]
      await work()
      const wallMs = performance.now() - startedAt
      await delay(500)
      const { user, system } = process.cpuUsage(program)
      return { program: (user + system) / 1_000, postgres: postgres.cpu() - before, wallMs }
    },
    [Symbol.asyncDispose]: () => closers[Symbol.asyncDispose](),
  }
}

/** Waits for what happens in this process anyway. */
export async function until(done: () => boolean): Promise<void> {
  const end = performance.now() + 120_000
  while (!done()) {
    if (performance.now() > end) throw new Error('What was sent did not come within two minutes.')
    await delay(5)
  }
}
