import { v7 } from 'uuid'
import { openEventLog } from '../platform/eventlog/log.ts'
import { ORIGIN } from '../platform/eventlog/position.ts'
import { silentLog } from '../platform/log/log.ts'
import { createDatabase } from '../test/support/database.ts'
import { kinds } from '../test/support/kinds.ts'
import { describeWith } from '../test/support/services.ts'
import { asTheyAreNow } from './reread.ts'

describeWith('postgres', 'An event that waited in the queue', () => {
  test('is delivered as the log has it now; a fresh one, and one of another kind, costs no statement', async () => {
    await using db = await createDatabase()
    const { database } = db
    const eventLog = await openEventLog(database, kinds)
    const key = v7()
    for (const kind of ['chat.MessageSent', 'groups.GroupUpdated'])
      await database.transaction(async (sql) => {
        await eventLog.lock(sql, key)
        await eventLog.append(sql, { kind, key, payload: { text: 'a secret' } })
      })
    await db.settled()
    const fresh = (await eventLog.read(database, ORIGIN, 10)).events
    const waited = fresh.map((event) => ({ ...event, at: new Date(Date.now() - 60_000) }))
    const gone = { ...waited[0]!, position: { ...waited[0]!.position, id: 0n } }
    await database.query(`select events.rewrite(array[epoch], array[xid], array[id], '{"text": ""}') from events.log`)
    let statements = 0
    const counting: typeof database = { ...database, query: (...args) => (statements++, database.query(...args)) }
    const read = (events: typeof fresh) =>
      asTheyAreNow({ database: counting, kinds }, events, { signal: new AbortController().signal, log: silentLog })

    expect(await read(fresh)).toEqual(fresh)
    expect(await read(waited.slice(1))).toEqual(waited.slice(1))
    expect(statements).toBe(0)
    expect((await read([...waited, gone])).map(({ payload }) => payload)).toEqual([
      { text: '' },
      { text: 'a secret' },
      // The log no longer has it.
      { text: 'a secret' },
    ])
    expect(statements).toBe(1)
  })
})
