import { openMemoryBus } from '../platform/bus/index.ts'
import { silentLog } from '../platform/log/log.ts'
import type { Database } from '../platform/sql/sql.ts'
import { createDatabase, type TestDatabase } from '../test/support/database.ts'
import { eventually } from '../test/support/eventually.ts'
import { describeWith } from '../test/support/services.ts'
import { openLifeSign, type LifeSign } from '../platform/sql/life-sign.ts'
import { startLeases } from './leases.ts'
import { claimPosition, makePositionSaver, makeSavePosition, readPosition } from './positions.ts'

const NAMES = ['relay', 'shard-0', 'shard-1', 'shard-2', 'shard-3', 'shard-4']

describeWith('postgres', 'Leases', () => {
  let db: TestDatabase
  const opened: AsyncDisposable[] = []
  beforeEach(async () => {
    db = await createDatabase()
  })
  afterEach(async () => {
    for (const leases of opened.splice(0)) await leases[Symbol.asyncDispose]()
    await db[Symbol.asyncDispose]()
  })

  const bus = openMemoryBus()
  /** What runs where, over all processes of a test: a name twice in it would be two holders. */
  const process = (
    holder: string,
    {
      database = db.database,
      ttlMs = 600,
      ...more
    }: { database?: Database; ttlMs?: number; sign?: LifeSign; alone?: boolean } = {},
  ) => {
    const running = new Map<string, { term: string; lost: () => void }>()
    const terms: [string, string][] = []
    const leases = startLeases(
      { database, bus, log: silentLog, ...(more.sign && { sign: more.sign }) },
      {
        holder,
        names: NAMES,
        ttlMs,
        ...(more.alone && { alone: true }),
        start({ name, term }, lost) {
          running.set(name, { term, lost })
          terms.push([name, term])
          return {
            async [Symbol.asyncDispose]() {
              running.delete(name)
            },
          }
        },
      },
    )
    opened.push(leases)
    return { running, names: () => [...running.keys()].sort(), terms, leave: () => leases[Symbol.asyncDispose]() }
  }

  test('a process alone holds everything; with more of them each has its share, and nothing is held twice', async () => {
    const one = process('one')
    await eventually(() => expect(one.names()).toEqual(NAMES))
    const two = process('two')
    await eventually(() => expect([one.running.size, two.running.size]).toEqual([3, 3]))
    const three = process('three')
    await eventually(() => expect([one.running.size, two.running.size, three.running.size]).toEqual([2, 2, 2]))
    expect([...one.names(), ...two.names(), ...three.names()].sort()).toEqual(NAMES)
  })

  test('more processes than leases: some hold none, and step in', async () => {
    const all = NAMES.map((_, i) => process(`p${i}`))
    await eventually(() => expect(all.map(({ running }) => running.size)).toEqual(NAMES.map(() => 1)))
    const spare = process('spare')
    await all[0]!.leave()
    await eventually(() => expect(spare.running.size).toBe(1))
  })

  test('who leaves in order is followed at once, without waiting for its leases to expire', async () => {
    const one = process('one', { ttlMs: 300_000 })
    await eventually(() => expect(one.names()).toEqual(NAMES))
    const two = process('two', { ttlMs: 300_000 })
    await one.leave()
    expect(one.names()).toEqual([])
    await eventually(() => expect(two.names()).toEqual(NAMES))
  })

  test('a dead process is followed when its leases expire, under a later term', async () => {
    let alive = true
    const mortal: Database = {
      ...db.database,
      query: (text, values) => (alive ? db.database.query(text, values) : Promise.reject(new Error('dead'))),
    }
    const one = process('one', { database: mortal })
    await eventually(() => expect(one.names()).toEqual(NAMES))
    alive = false
    const two = process('two')
    await eventually(() => expect(two.names()).toEqual(NAMES))
    for (const [name, term] of two.terms) {
      const before = one.terms.find(([held]) => held === name)!
      expect(BigInt(term)).toBeGreaterThan(BigInt(before[1]))
    }
    // It could not renew them, and has given them up by itself.
    await eventually(() => expect(one.names()).toEqual([]))
  })

  /** From `die` on it reaches nobody, as after SIGKILL. */
  const mortal = () => {
    let alive = true
    const database: Database = {
      ...db.database,
      query: (...args) => (alive ? db.database.query(...args) : Promise.reject(new Error('dead'))),
    }
    return { database, die: () => (alive = false) }
  }

  test('a process whose sign of life is gone is followed at once, long before its leases run out', async () => {
    const sign = openLifeSign(db.url, silentLog)
    await eventually(() => expect(sign.key).not.toBeNull())
    const { database, die } = mortal()
    const one = process('one', { database, sign, ttlMs: 300_000 })
    await eventually(() => expect(one.names()).toEqual(NAMES))
    const two = process('two', { ttlMs: 300_000 })
    await eventually(async () => {
      const { rows } = await db.database.query('select from delivery.workers where sign is not null')
      expect(rows).toHaveLength(1)
    })
    die()
    const start = performance.now()
    await sign[Symbol.asyncDispose]()
    await eventually(() => expect(two.names()).toEqual(NAMES), 60_000)
    expect(performance.now() - start).toBeLessThan(60_000)
  })

  test('a sign of life that is missing only once is no death: its holder keeps its leases', async () => {
    await using sign = openLifeSign(db.url, silentLog)
    await eventually(() => expect(sign.key).not.toBeNull())
    const one = process('one', { sign, ttlMs: 6_000 })
    await eventually(() => expect(one.names()).toEqual(NAMES))
    const two = process('two', { ttlMs: 6_000 })
    await eventually(() => expect([one.running.size, two.running.size]).toEqual([3, 3]))
    const before = sign.key
    await db.database.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = $1::oid`,
      [before],
    )
    await eventually(() => expect(sign.key !== null && sign.key !== before).toBe(true))
    // Who is followed next had its looks by then.
    await two.leave()
    const three = process('three', { ttlMs: 6_000 })
    await eventually(() => expect(three.running.size).toBe(3))
    expect(one.running.size).toBe(3)
  })

  test('who is alone on the database waits for no dead predecessor', async () => {
    const { database, die } = mortal()
    const one = process('one', { database, ttlMs: 300_000 })
    await eventually(() => expect(one.names()).toEqual(NAMES))
    die()
    const two = process('two', { ttlMs: 300_000, alone: true })
    await eventually(() => expect(two.names()).toEqual(NAMES), 5_000)
  })

  test('leases are given up by the clock, also while a question to PostgreSQL hangs', async () => {
    let hangs = false
    const database: Database = {
      ...db.database,
      query: (...args) => (hangs ? new Promise(() => {}) : db.database.query(...args)),
    }
    const one = process('one', { database })
    await eventually(() => expect(one.names()).toEqual(NAMES))
    hangs = true
    await eventually(() => expect(one.names()).toEqual([]))
    opened.splice(0) // it waits for the answer for ever
  })

  test('a lease that was taken over while its holder slept ends there', async () => {
    const one = process('one')
    await eventually(() => expect(one.names()).toEqual(NAMES))
    await db.database.query(
      `update delivery.leases set holder = 'other', term = term + 1, expires_at = clock_timestamp() + interval '1 day'
       where name = 'shard-2'`,
    )
    await eventually(() => expect(one.names()).toEqual(NAMES.filter((name) => name !== 'shard-2')))
  })

  test('what finds itself fenced is dropped, and may be taken again when its lease has expired', async () => {
    const one = process('one')
    await eventually(() => expect(one.names()).toEqual(NAMES))
    const { term, lost } = one.running.get('shard-1')!
    lost()
    await eventually(() => expect(one.running.get('shard-1')?.term).toBe(String(BigInt(term) + 1n)))
  })
})

describeWith('postgres', 'A durable position', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await createDatabase()
  })
  afterAll(() => db[Symbol.asyncDispose]())
  const at = (id: number) => ({ epoch: 1, xid: 7n, id: BigInt(id) })
  const save = (name: string, term: string, id: number) =>
    makeSavePosition(db.database)({ name, term, position: at(id) })

  test('begins at the origin, and is where it was left at the next claim', async () => {
    const { database } = db
    expect(await readPosition(database, 'a')).toBeNull()
    expect(await claimPosition(database, 'a', '1')).toEqual({ epoch: 0, xid: 0n, id: 0n })
    expect(await save('a', '1', 5)).toBe(true)
    expect(await claimPosition(database, 'a', '2')).toEqual(at(5))
  })

  test('once a later term claimed it, the earlier one can neither move nor claim it', async () => {
    const { database } = db
    await claimPosition(database, 'b', '3')
    await claimPosition(database, 'b', '4')
    expect(await save('b', '4', 5)).toBe(true)
    expect(await save('b', '3', 9)).toBe(false)
    expect(await claimPosition(database, 'b', '3')).toBeNull()
    expect(await readPosition(database, 'b')).toEqual(at(5))
  })

  test('many readers save in one statement, each under its own term', async () => {
    const statements: string[] = []
    const counted: typeof db.database = {
      ...db.database,
      query: (text, values) => (statements.push(text), db.database.query(text, values)),
    }
    const names = Array.from({ length: 8 }, (_, index) => `together-${index}`)
    for (const [index, name] of names.entries()) await claimPosition(db.database, name, index === 3 ? '2' : '1')
    const together = makeSavePosition(counted)
    const answers = await Promise.all(
      names.map((name, index) => together({ name, term: '1', position: at(index + 1) })),
    )
    expect(answers).toEqual(names.map((_, index) => index !== 3))
    expect(statements).toHaveLength(1)
    expect(await readPosition(db.database, 'together-3')).toEqual({ epoch: 0, xid: 0n, id: 0n })
    expect(await readPosition(db.database, 'together-7')).toEqual(at(8))
  })

  test('the saver writes the last of many moves, also what is left when it is closed', async () => {
    const { database } = db
    await claimPosition(database, 'c', '1')
    const saver = makePositionSaver('c', '1', { save: makeSavePosition(database), log: silentLog, onFenced: () => {} })
    for (let id = 1; id <= 50; id++) saver.moved(at(id), 1)
    await eventually(async () => expect(await readPosition(database, 'c')).toEqual(at(50)))
    saver.moved(at(60), 0)
    await saver[Symbol.asyncDispose]()
    expect(await readPosition(database, 'c')).toEqual(at(60))
  })

  test('the saver tries again when the database was away, and with what came meanwhile', async () => {
    const { database } = db
    await claimPosition(database, 'd', '1')
    let failures = 2
    const sql: typeof database = {
      ...database,
      query: (text, values) => (failures-- > 0 ? Promise.reject(new Error('away')) : database.query(text, values)),
    }
    await using saver = makePositionSaver('d', '1', { save: makeSavePosition(sql), log: silentLog, onFenced: () => {} })
    saver.moved(at(1), 1)
    await eventually(() => expect(failures).toBeLessThan(2))
    saver.moved(at(2), 1)
    await eventually(async () => expect(await readPosition(database, 'd')).toEqual(at(2)))
  })

  test('the saver says once that it was fenced, and writes nothing', async () => {
    const { database } = db
    await claimPosition(database, 'e', '1')
    let fenced = 0
    await using saver = makePositionSaver('e', '1', {
      save: makeSavePosition(database),
      log: silentLog,
      onFenced: () => (fenced += 1),
    })
    await claimPosition(database, 'e', '2')
    saver.moved(at(1), 1)
    await eventually(() => expect(fenced).toBe(1))
    saver.moved(at(2), 1)
    await saver[Symbol.asyncDispose]()
    expect(fenced).toBe(1)
    expect(await readPosition(database, 'e')).toEqual({ epoch: 0, xid: 0n, id: 0n })
  })
})
