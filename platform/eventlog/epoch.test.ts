import { createDatabase, type TestDatabase } from '../../test/support/database.ts'
import { eventually } from '../../test/support/eventually.ts'
import { holdTransaction, lockWaits } from '../../test/support/held-transaction.ts'
import { describeWith } from '../../test/support/services.ts'
import { ServiceDownError } from '../startup-error.ts'
import type { Sql } from '../sql/sql.ts'
import { comparePositions, openEventLog, ORIGIN, raiseEpochIfRestored, type EventLog, type Position } from './index.ts'

describeWith('postgres', 'An epoch that rises while transactions are open', () => {
  let db: TestDatabase
  let log: EventLog
  beforeEach(async () => {
    db = await createDatabase()
    log = await openEventLog(db.database)
  })
  afterEach(() => db[Symbol.asyncDispose]())

  const append = (sql: Sql, payload: string) => log.append(sql, { kind: 'test.Happened', key: 'k', payload })
  const appendMany = (sql: Sql, payload: string) =>
    log.appendMany(sql, { kind: 'test.Happened', key: 'k', payloads: [payload] })
  /** As it is after a restore on another server. */
  const becomeAnother = () => db.database.query(`update events.settings set server = '1234567890/1'`)
  const epoch = async () => (await log.head(db.database)).epoch

  async function readAll(after: Position): Promise<unknown[]> {
    const { rows } = await db.database.query<{ next: string }>('select pg_current_xact_id()::text as next')
    await eventually(async () => (await log.head(db.database)).xid > BigInt(rows[0]?.next ?? 0))
    return (await log.read(db.database, after, 100)).events.map(({ payload }) => payload)
  }

  test.each([
    ['by itself', () => raiseEpochIfRestored(db.database)],
    ['by hand', () => db.database.query('update events.settings set epoch = epoch + 1')],
  ])('an event whose transaction was open when it rose %s is read by who read meanwhile', async (_, raise) => {
    const open = await holdTransaction(db.database, (sql) => append(sql, 'open'))
    await becomeAnother()
    const raising = raise()
    await Promise.race([raising, lockWaits(db.database)])
    const { events, upTo } = await log.read(db.database, ORIGIN, 100)
    expect(events).toEqual([])
    await open.end()
    await raising
    expect(await epoch()).toBe(2)
    expect(await readAll(upTo)).toEqual(['open'])
  })

  test('an event of a transaction that was open before, and appends after it rose, is in the new epoch and read once', async () => {
    let position: Position | undefined
    const open = await holdTransaction(
      db.database,
      (sql) => sql.query('select pg_current_xact_id()'),
      async (sql) => void ({ position } = await append(sql, 'open')),
    )
    await becomeAnother()
    await expect(raiseEpochIfRestored(db.database)).resolves.toBe(true)
    const { upTo } = await log.read(db.database, ORIGIN, 100)
    expect(upTo.epoch).toBe(2)
    await open.end()
    expect(position!.epoch).toBe(2)
    expect(comparePositions(position!, upTo)).toBeGreaterThan(0)
    expect(await readAll(upTo)).toEqual(['open'])
  })

  test('an append that begins while it rises waits for that, and is in the new epoch', async () => {
    const rising = await holdTransaction(db.database, (sql) =>
      sql.query('update events.settings set epoch = epoch + 1'),
    )
    const one = db.database.transaction((sql) => append(sql, 'meanwhile'))
    const many = db.database.transaction((sql) => appendMany(sql, 'meanwhile'))
    await lockWaits(db.database, 2)
    await rising.end()
    expect((await one).position.epoch).toBe(2)
    expect(await many).toMatchObject([{ epoch: 2 }])
  })

  test('nobody waits for a transaction that stays open: appends go on, and the start says which process holds it up', async () => {
    let pid: number | undefined
    const open = await holdTransaction(db.database, async (sql) => {
      const { rows } = await sql.query<{ pid: number }>('select pg_backend_pid() as pid')
      pid = rows[0]?.pid
      await append(sql, 'open')
    })
    await becomeAnother()
    const raising = raiseEpochIfRestored(db.database)
    const failed = expect(raising).rejects.toThrow(new RegExp(`\\b${pid}\\b`))
    await lockWaits(db.database)
    // The pool's lock timeout, after which a send would be refused, is longer than the wait of who raises it.
    await db.database.transaction((sql) => append(sql, 'meanwhile'))
    await failed
    await expect(raising).rejects.toBeInstanceOf(ServiceDownError)
    expect(await epoch()).toBe(1)
    await open.end()
    await expect(raiseEpochIfRestored(db.database)).resolves.toBe(true)
    expect((await readAll(ORIGIN)).toSorted()).toEqual(['meanwhile', 'open'])
  })

  test('a start that finds the same server takes no lock', async () => {
    const open = await holdTransaction(db.database, (sql) => append(sql, 'open'))
    await expect(raiseEpochIfRestored(db.database)).resolves.toBe(false)
    await open.end()
  })
})
