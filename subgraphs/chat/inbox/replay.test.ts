import { ORIGIN } from '../../../platform/eventlog/position.ts'
import { openEventLog } from '../../../platform/eventlog/log.ts'
import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { makeReplay } from './replay.ts'
import { makeStream } from './stream.ts'

/** Pages of 200: far more than a stream that leaves should have read for it. */
const EVENTS = 2_000

let db: TestDatabase
beforeAll(async () => {
  db = await createDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

test('a stream that leaves has no more of the log read for it, also where nothing of it was its own', async () => {
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
    let reads = 0
    const counting = {
      ...eventLog,
      read: (...args: Parameters<typeof eventLog.read>) => {
        if (++reads === leaveAfter) stream.close(null)
        return eventLog.read(...args)
      },
    }
    const from = Array.from({ length: eventLog.shards }, () => ORIGIN)
    await makeReplay({ database, eventLog: counting })(stream, from, await eventLog.head(database))
    return reads
  }
  expect(await replayed(Infinity)).toBeGreaterThan(EVENTS / 200)
  expect(await replayed(2)).toBe(2)
})
