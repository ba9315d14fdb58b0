import { createDatabase, type TestDatabase } from '../../test/support/database.ts'
import { eventually } from '../../test/support/eventually.ts'
import { lockWaits } from '../../test/support/held-transaction.ts'
import { describeWith } from '../../test/support/services.ts'
import { silentLog } from '../log/log.ts'
import type { Sql } from '../sql/sql.ts'
import {
  comparePositions,
  keepFor,
  openEventLog,
  ORIGIN,
  raiseEpochIfRestored,
  trim,
  type EventLog,
  type Position,
} from './index.ts'

/** Beyond every event: no reader holds the log back. */
const FAR: Position = { epoch: 1_000_000, xid: 0n, id: 0n }

describeWith('postgres', 'The event log', () => {
  let db: TestDatabase
  let log: EventLog
  beforeEach(async () => {
    db = await createDatabase()
    log = await openEventLog(db.database)
  })
  afterEach(() => db[Symbol.asyncDispose]())

  const append = (key: string, payload: string, sql?: Sql) => {
    const event = { kind: 'test.Happened', key, payload }
    return sql ? log.append(sql, event) : db.database.transaction((own) => log.append(own, event))
  }
  /** Every payload after a position, as a reader that goes page by page gets them. */
  async function readAll(after: Position, limit = 2): Promise<unknown[]> {
    const payloads: unknown[] = []
    for (;;) {
      const page = await log.read(db.database, after, limit)
      payloads.push(...page.events.map((event) => event.payload))
      after = page.upTo
      if (!page.full) return payloads
    }
  }
  /** Waits until no transaction of the server, another test's included, runs that began before now. */
  const settled = async () => {
    const { rows } = await db.database.query<{ next: string }>('select pg_snapshot_xmax(pg_current_snapshot()) as next')
    const next = BigInt(rows[0]?.next ?? 0)
    await eventually(async () => (await log.head(db.database)).xid >= next)
  }

  test('an event comes back as it was appended, at the position that appending gave', async () => {
    const payload = { text: 'héllo', list: [1, null, { deep: true }] }
    const before = Date.now()
    const { position, shard } = await db.database.transaction(async (sql) => {
      await log.lock(sql, 'k')
      return log.append(sql, { kind: 'test.Happened', key: 'k', payload })
    })
    await settled()
    const { events } = await log.read(db.database, ORIGIN, 10)
    expect(events).toEqual([{ position, shard, kind: 'test.Happened', key: 'k', payload, at: expect.any(Date) }])
    expect(Math.abs((events[0]?.at.getTime() ?? 0) - before)).toBeLessThan(60_000)
  })

  test('a transaction that rolls back leaves no event', async () => {
    const failing = db.database.transaction(async (sql) => {
      await append('k', 'never', sql)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await append('k', 'always')
    await settled()
    expect(await readAll(ORIGIN)).toEqual(['always'])
  })

  test('an event that took its id early and committed late is not skipped', async () => {
    const early = new Gate()
    const appended = new Gate()
    const slow = db.database.transaction(async (sql) => {
      await append('k', 'early id, late commit', sql)
      appended.open()
      await early.passed
    })
    await appended.passed
    const { position } = await append('k', 'late id, early commit')
    const first = await log.read(db.database, ORIGIN, 10)
    expect(first.events).toEqual([])
    expect(comparePositions(first.upTo, position)).toBeLessThan(0)
    early.open()
    await slow
    await settled()
    expect(await readAll(first.upTo)).toEqual(['early id, late commit', 'late id, early commit'])
  })

  test('readers stop at a transaction that runs, whatever it does, and the head says where', async () => {
    const done = new Gate()
    const begun = new Gate<bigint>()
    const slow = db.database.transaction(async (sql) => {
      const { rows } = await sql.query<{ xid: string }>('select pg_current_xact_id() as xid')
      begun.open(BigInt(rows[0]?.xid ?? 0))
      await done.passed
    })
    const xid = await begun.passed
    await append('k', 'behind it')
    expect((await log.head(db.database)).xid).toBeLessThanOrEqual(xid)
    expect(await readAll(ORIGIN)).toEqual([])
    done.open()
    await slow
    await settled()
    expect(await readAll(ORIGIN)).toEqual(['behind it'])
  })

  test('an event that is appended after the head was read is above it, and an empty page moves its reader to the head', async () => {
    await append('k', 'before')
    await settled()
    const head = await log.head(db.database)
    const { position } = await append('k', 'after')
    expect(comparePositions(position, head)).toBeGreaterThan(0)
    await settled()
    expect(await readAll(head)).toEqual(['after'])
    const page = await log.read(db.database, position, 10)
    expect(page).toMatchObject({ events: [], full: false })
    expect(comparePositions(page.upTo, position)).toBeGreaterThan(0)
    await append('k', 'later')
    await settled()
    expect(await readAll(page.upTo)).toEqual(['later'])
  })

  test('with the lock of a key first, the order of the log is the order in which the transactions saw each other', async () => {
    await db.database.query('create table public.counter (n integer); insert into public.counter values (0)')
    await Promise.all(
      Array.from({ length: 30 }, () =>
        db.database.transaction(async (sql) => {
          await log.lock(sql, 'one')
          const { rows } = await sql.query<{ n: number }>('update public.counter set n = n + 1 returning n')
          await log.append(sql, { kind: 'test.Counted', key: 'one', payload: rows[0]?.n ?? null })
        }),
      ),
    )
    await settled()
    expect(await readAll(ORIGIN, 7)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1))
  })

  test('locks of one key wait for each other, those of others do not', async () => {
    const release = new Gate()
    const held = new Gate()
    const holder = db.database.transaction(async (sql) => {
      await log.lock(sql, 'a')
      held.open()
      await release.passed
    })
    await held.passed
    await db.database.transaction((sql) => log.lock(sql, 'b'))
    let got = false
    const waiter = db.database.transaction((sql) => log.lock(sql, 'a')).then(() => (got = true))
    await lockWaits(db.database)
    expect(got).toBe(false)
    release.open()
    await Promise.all([holder, waiter])
  })

  test('a key has one shard for ever, shards are read apart, and together they are the log', async () => {
    expect(log.shards).toBe(16)
    const keys = Array.from({ length: 100 }, (_, n) => `key ${n % 50}`)
    const shardOf = new Map<string, number>()
    for (const key of keys) {
      const { shard } = await append(key, key)
      expect(shardOf.get(key) ?? shard).toBe(shard)
      shardOf.set(key, shard)
    }
    // The first 32 bits of the key's MD5, 0x0e7fc991, modulo 16: positions in stored cursors depend on it.
    expect(shardOf.get('key 0')).toBe(1)
    await settled()
    const all: unknown[] = []
    for (let shard = 0; shard < log.shards; shard++) {
      const page = await log.readShard(db.database, shard, ORIGIN, 1_000)
      expect(page.events.map((event) => event.payload)).toEqual(keys.filter((key) => shardOf.get(key) === shard))
      expect(page.events.every((event) => event.shard === shard)).toBe(true)
      all.push(...page.events)
    }
    expect(all).toHaveLength(100)
    expect(new Set(shardOf.values()).size).toBeGreaterThan(8)
  })

  test('a full page of a shard ends at its last event, and the next page continues there', async () => {
    const shards = []
    for (let n = 0; n < 5; n++) shards.push((await append('same', `${n}`)).shard)
    await settled()
    const first = await log.readShard(db.database, shards[0] ?? 0, ORIGIN, 3)
    expect(first).toMatchObject({ full: true, upTo: first.events[2]?.position })
    const second = await log.readShard(db.database, shards[0] ?? 0, first.upTo, 3)
    expect(second.full).toBe(false)
    expect([...first.events, ...second.events].map((event) => event.payload)).toEqual(['0', '1', '2', '3', '4'])
  })

  test('the number of shards can be chosen for an empty log only', async () => {
    await db.database.query('update events.settings set shards = 4')
    const four = await openEventLog(db.database)
    expect(four.shards).toBe(4)
    for (let n = 0; n < 20; n++) expect((await append(`key ${n}`, '')).shard).toBeLessThan(4)
    await expect(db.database.query('update events.settings set shards = 8')).rejects.toThrow(
      'The number of shards is fixed',
    )
  })

  test('retention deletes what is older, raises the floor to it, and stops at the first event that is younger', async () => {
    const positions: Position[] = []
    for (const payload of ['old', 'older', 'young', 'old again']) positions.push((await append('k', payload)).position)
    await db.database.query(`update events.log set at = at - interval '31 days' where payload::text like '%old%'`)
    await settled()
    expect(await log.start(db.database)).toEqual(ORIGIN)
    await expect(trim(db.database, silentLog, FAR)).resolves.toBe(2)
    expect(await log.start(db.database)).toEqual(positions[1])
    expect(await readAll(ORIGIN)).toEqual(['young', 'old again'])
    await expect(trim(db.database, silentLog, FAR)).resolves.toBe(0)
    expect(await log.start(db.database)).toEqual(positions[1])
  })

  test('an event that is rewritten is rewritten in its copies and their copies too; what tells of them goes with the copies', async () => {
    const [first, other] = [await append('k', 'secret'), await append('k', 'other')]
    const copy = (of: Position) => db.database.transaction((sql) => log.appendCopy(sql, of))
    const second = await copy(first.position)
    await copy(second!.position)
    await copy(other.position)
    expect(await copy({ ...first.position, id: 0n })).toBeNull()
    await settled()
    expect(await readAll(ORIGIN)).toEqual(['secret', 'other', 'secret', 'secret', 'other'])
    const { epoch, xid, id } = first.position
    const rewrite = `select events.rewrite(array[$1::int], array[$2::xid8], array[$3::bigint], '"gone"')`
    // Also when the log has the first one no longer.
    await db.database.query(`update events.log set at = at - interval '31 days' where id = $1::bigint`, [String(id)])
    await expect(trim(db.database, silentLog, FAR)).resolves.toBe(1)
    await db.database.query(rewrite, [epoch, String(xid), String(id)])
    expect(await readAll(ORIGIN)).toEqual(['other', 'gone', 'gone', 'other'])
    const noted = async () => (await db.database.query('select from events.copies')).rows.length
    expect(await noted()).toBe(3)
    await db.database.query(`update events.log set at = at - interval '31 days'`)
    await settled()
    await trim(db.database, silentLog, FAR)
    expect(await noted()).toBe(0)
  })

  test('the retention can be set, and holds for the next run', async () => {
    await append('k', 'six days old')
    await db.database.query(`update events.log set at = at - interval '6 days'`)
    await settled()
    await expect(trim(db.database, silentLog, FAR)).resolves.toBe(0)
    await keepFor(db.database, 7)
    await expect(trim(db.database, silentLog, FAR)).resolves.toBe(0)
    await keepFor(db.database, 5)
    await expect(trim(db.database, silentLog, FAR)).resolves.toBe(1)
  })

  test('retention stops at the slowest reader, however old the events behind it are', async () => {
    const { position } = await append('k', 'read by all')
    await append('k', 'not read yet')
    await db.database.query(`update events.log set at = at - interval '31 days'`)
    await settled()
    await expect(trim(db.database, silentLog, ORIGIN)).resolves.toBe(0)
    await expect(trim(db.database, silentLog, position)).resolves.toBe(1)
    expect(await readAll(ORIGIN)).toEqual(['not read yet'])
    await expect(trim(db.database, silentLog, FAR)).resolves.toBe(1)
  })

  test('retention leaves alone what a running transaction may still precede', async () => {
    const done = new Gate()
    const begun = new Gate()
    const slow = db.database.transaction(async (sql) => {
      await append('k', 'early', sql)
      begun.open()
      await done.passed
    })
    await begun.passed
    await append('k', 'late')
    await db.database.query(`update events.log set at = at - interval '31 days'`)
    await expect(trim(db.database, silentLog, FAR)).resolves.toBe(0)
    done.open()
    await slow
    await settled()
    expect(await readAll(ORIGIN)).toEqual(['early', 'late'])
  })

  test('two retention runs at once delete each event once', async () => {
    await db.database.query(`select events.append('test.Old', 'k', to_jsonb(n)) from generate_series(1, 200) as n`)
    await db.database.query(`update events.log set at = at - interval '31 days'`)
    await settled()
    const counts = await Promise.all([trim(db.database, silentLog, FAR), trim(db.database, silentLog, FAR)])
    expect(counts[0] + counts[1]).toBe(200)
    expect(await readAll(ORIGIN)).toEqual([])
  })

  test('after a restore from a server with higher transaction ids, new events stand above the old ones', async () => {
    // As a dump from such a server would have left it.
    await db.database.query(
      `insert into events.log (epoch, xid, shard, kind, key, payload)
       values (1, '900000000000', 0, 'test.Happened', 'k', '"restored"')`,
    )
    const ahead = { epoch: 1, xid: 900_000_000_500n, id: 7n }
    const restored = await openEventLog(db.database)
    const { position } = await append('k', 'new')
    expect(position.epoch).toBe(2)
    expect(comparePositions(position, ahead)).toBeGreaterThan(0)
    await settled()
    expect(await readAll(ORIGIN)).toEqual(['restored', 'new'])
    // A client that had seen more than the backup held gets what is new, and a reader at the head misses nothing.
    expect(await readAll(ahead)).toEqual(['new'])
    expect((await restored.head(db.database)).epoch).toBe(2)
    await expect(raiseEpochIfRestored(db.database)).resolves.toBe(false)
  })

  test('after a restore on a server with lower or equal transaction ids the epoch rises too: the cluster is another', async () => {
    await append('k', 'before')
    await expect(raiseEpochIfRestored(db.database)).resolves.toBe(false)
    await db.database.query(`update events.settings set server = '1234567890/1'`)
    const raised = await Promise.all([raiseEpochIfRestored(db.database), raiseEpochIfRestored(db.database)])
    expect(raised.filter(Boolean)).toHaveLength(1)
    expect((await append('k', 'after')).position.epoch).toBe(2)
    await settled()
    expect(await readAll(ORIGIN)).toEqual(['before', 'after'])
  })
})

/** Opens once, with a value; whoever waits passes then. */
class Gate<T = void> {
  open!: (value: T) => void
  readonly passed = new Promise<T>((resolve) => (this.open = resolve))
}
