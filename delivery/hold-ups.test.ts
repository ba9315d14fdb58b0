import { Client } from 'pg'
import { openEventLog } from '../platform/eventlog/log.ts'
import { findHoldUp } from '../platform/eventlog/hold-up.ts'
import type { EventLog } from '../platform/eventlog/eventlog.ts'
import { silentLog, type Log } from '../platform/log/log.ts'
import { openPool } from '../platform/sql/pool.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { createDatabase, type TestDatabase } from '../test/support/database.ts'
import { eventually } from '../test/support/eventually.ts'
import { administer, databaseUrl } from '../test/support/postgres.ts'
import { describeWith, requireUrl } from '../test/support/services.ts'
import { watchHoldUps } from './hold-ups.ts'

interface Line {
  readonly message: string
  readonly facts: Readonly<Record<string, unknown>>
}

function noting(): { log: Log; lines: Line[] } {
  const lines: Line[] = []
  const add = (message: string, facts: Line['facts'] = {}) => void lines.push({ message, facts })
  const log: Log = { ...silentLog, info: add, warn: add, error: add, with: () => log }
  return { log, lines }
}

describeWith('postgres', 'An open transaction that holds delivery up', () => {
  let db: TestDatabase
  let eventLog: EventLog
  const open: Client[] = []
  beforeEach(async () => {
    db = await createDatabase()
    eventLog = await openEventLog(db.database)
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((client) => client.end()))
    await db[Symbol.asyncDispose]()
  })

  const elsewhere = () => databaseUrl(requireUrl('postgres'), 'postgres')
  /** A session of another program, in another database. */
  async function connect(url = elsewhere()) {
    const client = new Client({ connectionString: url, application_name: 'nightly report' })
    await client.connect()
    open.push(client)
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    return { client, pid: rows[0]!.pid }
  }
  async function hold() {
    const session = await connect()
    await session.client.query('begin')
    await session.client.query(`select pg_current_xact_id(), 'a secret'`)
    return session
  }
  /** Other tests on this server have transactions of their own, which may be older for a moment. */
  const heldUpBy = (holder: Record<string, unknown>, sql: Sql = db.database) =>
    eventually(async () => {
      const found = await findHoldUp(sql)
      expect(found?.holder).toMatchObject(holder)
      return found!
    })
  const append = () =>
    db.database.transaction((sql) => eventLog.append(sql, { kind: 'test.Happened', key: 'k', payload: null }))
  const age = () => db.database.query(`update events.log set at = at - interval '6 seconds'`)
  const position = async () => (await eventLog.read(db.database, { epoch: 0, xid: 0n, id: 0n }, 100)).upTo

  test('is named with process, user, application, database, state and age, and not with its statement', async () => {
    const { client, pid } = await hold()
    await append()
    await age()
    const found = await heldUpBy({
      pid,
      application: 'nightly report',
      database: 'postgres',
      state: 'idle in transaction',
      user: expect.any(String),
      openFor: expect.stringMatching(/^\d+ s$/),
    })
    expect(found.ageMs).toBeGreaterThan(5_000)
    expect(JSON.stringify(found)).not.toContain('secret')
    await client.query('rollback')
    await eventually(async () => (await findHoldUp(db.database)) === null)
  })

  test('without an event behind it is nothing to tell, nor is a transaction that only reads', async () => {
    await hold()
    expect(await findHoldUp(db.database)).toBeNull()
    await open.pop()!.end()
    const { client, pid } = await connect()
    await client.query('begin isolation level repeatable read read only')
    await client.query('select count(*) from pg_class')
    await append()
    await eventually(async () => (await findHoldUp(db.database)) === null)
    expect((await findHoldUp(db.database))?.holder?.['pid']).not.toBe(pid)
  })

  test('that is prepared is named as such: no session runs it any more', async () => {
    const { client } = await connect(db.url)
    const { rows } = await client.query<{ most: string }>(`select current_setting('max_prepared_transactions') as most`)
    if (rows[0]!.most === '0') return // a server of POSTGRES_URL that has none
    const name = `test ${new URL(db.url).pathname}`
    await client.query('begin')
    await client.query('select pg_current_xact_id()')
    await client.query(`prepare transaction '${name}'`)
    try {
      await append()
      await heldUpBy({
        prepared: name,
        database: new URL(db.url).pathname.slice(1),
        openFor: expect.stringMatching(/^\d+ s$/),
      })
    } finally {
      await client.query(`rollback prepared '${name}'`)
    }
  })

  test('is named to a role without pg_read_all_stats too, with what is hidden from it', async () => {
    const role = `stranger_${new URL(db.url).pathname.slice(-8)}`
    await administer(db.url, `create role ${role} login password 'p'`)
    try {
      await administer(db.url, `grant usage on schema events to ${role}`)
      await administer(db.url, `grant select on all tables in schema events to ${role}`)
      const url = new URL(db.url)
      ;[url.username, url.password] = [role, 'p']
      await using stranger = await openPool(url.href, { max: 1, log: silentLog })
      const { pid } = await hold()
      await append()
      const hidden = expect.stringContaining('pg_read_all_stats')
      await heldUpBy(
        {
          pid,
          user: expect.not.stringContaining('hidden'),
          application: 'nightly report',
          database: 'postgres',
          state: hidden,
          openFor: hidden,
        },
        stranger,
      )
    } finally {
      await administer(db.url, `drop owned by ${role}`)
      await administer(db.url, `drop role ${role}`)
    }
  })

  test('gets a line after five seconds, once a minute, and its time is counted until it ends', async () => {
    let time = 0
    const counted: number[] = []
    const { log, lines } = noting()
    const meter = { heldUp: (ms: number) => void counted.push(ms) }
    const holdUps = watchHoldUps({ database: db.database, log, meter, now: () => time })
    const { client, pid } = await hold()
    await append()
    await heldUpBy({ pid })
    const stuck = await position()
    holdUps.read(stuck, true)
    time = 4_900
    holdUps.read(stuck, false)
    await age()
    expect(lines).toEqual([])
    time = 6_000
    holdUps.read(stuck, false)
    await eventually(() => expect(lines).toHaveLength(1))
    expect(lines[0]).toMatchObject({
      message: expect.stringContaining('holds delivery up'),
      facts: { pid, application: 'nightly report', heldUpForMs: expect.any(Number) },
    })
    for (time = 7_000; time < 60_000; time += 1_000) {
      const before = counted.length
      holdUps.read(stuck, false)
      await eventually(() => expect(counted.length).toBe(before + 1))
    }
    expect(lines).toHaveLength(1)
    time = 67_000
    holdUps.read(stuck, false)
    await eventually(() => expect(lines).toHaveLength(2))
    await client.query('rollback')
    await eventually(async () => (await findHoldUp(db.database)) === null)
    time = 68_000
    holdUps.read(await position(), false)
    expect(lines[2]?.message).toBe('Delivery goes on: the transaction that held it up has ended.')
    // From six seconds before the first question, as the event says.
    expect(counted.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(67_000)
  })
})
