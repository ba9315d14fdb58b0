import { v7 } from 'uuid'
import { ORIGIN } from '../platform/eventlog/position.ts'
import { openEventLog } from '../platform/eventlog/log.ts'
import { kinds } from '../test/support/kinds.ts'
import { createDatabase, type TestDatabase } from '../test/support/database.ts'
import { eventually } from '../test/support/eventually.ts'
import { isAbove } from '../test/support/feeder.ts'
import { makeReplay } from './replay.ts'
import { makeSharedReads } from './shared-reads.ts'
import { makeStream, type InboxItem } from './stream.ts'

/** Pages of 200: far more than a stream that leaves should have read for it. */
const EVENTS = 2_000

let db: TestDatabase
beforeAll(async () => {
  db = await createDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

test('the log is read no further for a closed stream, even if it contained none of its events', async () => {
  const { database } = db
  const eventLog = await openEventLog(database)
  await database.query(
    `insert into events.log (epoch, xid, shard, kind, key, payload)
     select s.epoch, pg_current_xact_id(), 0, 'chat.MessageSent', gen_random_uuid()::text, '{}'::jsonb
     from events.settings as s, generate_series(1, $1::int)`,
    [EVENTS],
  )
  // The horizon hides them while anything older runs on the server.
  await eventually(async () => (await eventLog.read(database, ORIGIN, EVENTS)).full)

  const viewer = {
    kind: 'user',
    userId: '00000000-0000-7000-8000-000000000000',
    deviceId: 'd',
    sessionId: 's',
  } as const
  const replayed = async (leaveAfter: number) => {
    const stream = makeStream(viewer, () => {})
    let pages = 0
    const counting = {
      ...eventLog,
      read: (...args: Parameters<typeof eventLog.read>) => {
        if (++pages === leaveAfter) stream.close(null)
        return eventLog.read(...args)
      },
    }
    const from = Array.from({ length: eventLog.shards }, () => ORIGIN)
    const head = () => eventLog.head(database)
    const reads = { readFor: makeSharedReads({ database, eventLog: counting, kinds }) }
    await makeReplay({ reads, head })(stream, from, await head())
    return pages
  }
  expect(await replayed(Infinity)).toBeGreaterThan(EVENTS / 200)
  expect(await replayed(2)).toBe(2)
})

test('streams that come back together share their reads, each from its own place', async () => {
  const { database } = db
  const eventLog = await openEventLog(database)
  const users = Array.from({ length: 50 }, () => v7())
  const conversations = users.map(() => v7())
  await database.query(
    `insert into chat.conversations (id, kind, low_user_id, high_user_id, last_at)
     select c, 'DIRECT', '00000000-0000-7000-8000-000000000001', u, now() from unnest($1::uuid[], $2::uuid[]) as x (c, u)`,
    [conversations, users],
  )
  await database.query(
    `insert into chat.direct_participants (conversation_id, user_id) select * from unnest($1::uuid[], $2::uuid[])`,
    [conversations, users],
  )
  const start = await eventLog.head(database)
  await database.query(
    `insert into events.log (epoch, xid, shard, kind, key, payload)
     select s.epoch, pg_current_xact_id(), events.shard_of(c), 'chat.MessageSent', c, jsonb_build_object(
       'id', gen_random_uuid(), 'conversationId', c, 'senderId', gen_random_uuid(), 'text', n || ' ' || c)
     from events.settings as s, generate_series(1, 40) as n, unnest($1::text[]) as c
     order by n`,
    [conversations],
  )
  const page = await eventually(async () => {
    const read = await eventLog.read(database, start, 5_000)
    expect(read.events.filter(({ kind }) => kind === 'chat.MessageSent')).toHaveLength(2_000)
    return read
  })

  let reads = 0
  const counting: typeof eventLog = { ...eventLog, read: (...args) => (reads++, eventLog.read(...args)) }
  const replay = makeReplay({
    reads: { readFor: makeSharedReads({ database, eventLog: counting, kinds }) },
    head: () => eventLog.head(database),
  })
  await Promise.all(
    users.map(async (userId, index) => {
      const stream = makeStream({ userId, deviceId: 'd' }, () => {})
      const after = page.events[index * 3]!.position
      const replaying = replay(
        stream,
        Array.from({ length: eventLog.shards }, () => after),
        page.upTo,
      )
      const own = page.events.filter(({ key, position }) => key === conversations[index] && isAbove(position, after))
      for (const event of own) {
        const { value } = (await stream.next()) as IteratorYieldResult<InboxItem>
        expect(value.event?.payload).toEqual(event.payload)
      }
      await replaying
      stream.close(null)
    }),
  )
  expect(reads).toBeLessThan(60) // alone they would be 10 for each of the 50
})
