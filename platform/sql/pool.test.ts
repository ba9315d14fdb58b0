import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createDatabase, type TestDatabase } from '../../test/support/database.ts'
import { eventually } from '../../test/support/eventually.ts'
import { describeWith } from '../../test/support/services.ts'
import { startTcpProxy } from '../../test/support/tcp-proxy.ts'
import { silentLog, type Log } from '../log/log.ts'
import { StartupError } from '../startup-error.ts'
import { isUnavailable } from '../unavailable.ts'
import { openPool } from './pool.ts'
import { withDeadline } from './sql.ts'

describeWith('postgres', 'A pool of connections', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await createDatabase({ empty: true })
    await db.database.query('create table account (id text primary key, amount bigint not null)')
  })
  afterAll(() => db[Symbol.asyncDispose]())
  beforeEach(() => db.database.query(`truncate account; insert into account values ('a', 0), ('b', 0)`))

  const amounts = async () => {
    const { rows } = await db.database.query<{ amount: string }>('select amount from account order by id')
    return rows.map((row) => row.amount)
  }

  test('a transaction commits what it did, and takes all of it back when it throws', async () => {
    const add = (fail: boolean) =>
      db.database.transaction(async (sql) => {
        await sql.query(`update account set amount = amount + 1 where id = 'a'`)
        if (fail) throw new Error('changed my mind')
        return 'done'
      })
    await expect(add(false)).resolves.toBe('done')
    await expect(add(true)).rejects.toThrow('changed my mind')
    expect(await amounts()).toEqual(['1', '0'])
  })

  test('two transactions that deadlock both succeed: the loser runs again', async () => {
    let runs = 0
    const bothHoldOne = new Barrier(2)
    const move = (from: string, to: string) =>
      db.database.transaction(async (sql) => {
        runs++
        await sql.query('update account set amount = amount - 1 where id = $1::text', [from])
        await bothHoldOne.reached()
        await sql.query('update account set amount = amount + 1 where id = $1::text', [to])
      })
    await Promise.all([move('a', 'b'), move('b', 'a')])
    expect(runs).toBe(3)
    expect(await amounts()).toEqual(['0', '0'])
  })

  test('a transaction that loses every time gives its error to the caller after a bounded number of runs', async () => {
    let runs = 0
    const failing = db.database.transaction(async (sql) => {
      runs++
      await sql.query(`do $$ begin raise exception 'always' using errcode = '40001'; end $$`)
    })
    await expect(failing).rejects.toMatchObject({ code: '40001' })
    expect(runs).toBe(6)
  })

  test('a transaction that swallowed the error of a statement does not pretend to have committed', async () => {
    const swallowing = db.database.transaction(async (sql) => {
      await sql.query(`update account set amount = 5 where id = 'a'`)
      await sql.query('select 1 / 0').catch(() => {})
    })
    await expect(swallowing).rejects.toThrow('was rolled back')
    expect(await amounts()).toEqual(['0', '0'])
  })

  test('statements started at once in a transaction run one by one, and none runs after its end', async () => {
    let late: (() => Promise<unknown>) | undefined
    const order = await db.database.transaction(async (sql) => {
      late = () => sql.query('select 1')
      const results = await Promise.all([1, 2, 3].map((n) => sql.query<{ n: number }>('select $1::integer as n', [n])))
      return results.map(({ rows }) => rows[0]?.n)
    })
    expect(order).toEqual([1, 2, 3])
    await expect(late?.()).rejects.toThrow('after its transaction had ended')
  })

  test('a refused statement does not cost its connection', async () => {
    await using pool = await openPool(db.url, { max: 1, log: silentLog })
    const backend = async () => (await pool.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid
    const before = await backend()
    await expect(pool.query(`insert into account values ('a', 0)`)).rejects.toMatchObject({ code: '23505' })
    await expect(pool.transaction((sql) => sql.query('select 1 / 0'))).rejects.toMatchObject({ code: '22012' })
    expect(await backend()).toBe(before)
  })

  test('a statement with a name is parsed once for each connection, unless a pooler forbids it', async () => {
    const kept = async (prepare: boolean) => {
      await using pool = await openPool(db.url, { max: 1, log: silentLog, prepare })
      const ask = (n: number) => pool.query(`/* test.prepared */ select $1::integer as n`, [n])
      for (const n of [1, 2, 3]) expect((await ask(n)).rows).toEqual([{ n }])
      await pool.transaction((sql) => sql.query(`/* test.prepared */ select $1::integer as n`, [4]))
      await pool.query('select 1')
      const { rows } = await pool.query<{ statement: string }>('select statement from pg_prepared_statements')
      return rows.map(({ statement }) => statement).filter((text) => text.startsWith('/* test.'))
    }
    expect(await kept(true)).toEqual(['/* test.prepared */ select $1::integer as n'])
    expect(await kept(false)).toEqual([])
  })

  test.each(['discard all', 'deallocate all'])(
    'a connection that lost its statements (%s) costs nobody an error',
    async (reset) => {
      await using pool = await openPool(db.url, { max: 2, log: silentLog })
      const ask = (sql: Pick<typeof pool, 'query'>) => sql.query('/* test.reset */ select $1::integer as n', [1])
      await Promise.all([ask(pool), ask(pool)])
      await Promise.all([pool.query(`${reset}`), pool.query('select pg_sleep(0.1)')])
      for (let n = 0; n < 4; n++) expect((await ask(pool)).rows).toEqual([{ n: 1 }])
      await Promise.all([pool.query(`${reset}`), pool.query('select pg_sleep(0.1)')])
      for (let n = 0; n < 4; n++) expect((await pool.transaction(ask)).rows).toEqual([{ n: 1 }])
    },
  )

  test('a plan that a migration made stale is made anew, in a transaction too', async () => {
    await using pool = await openPool(db.url, { max: 2, log: silentLog })
    await pool.query('create table widening (n integer)')
    const all = (sql: Pick<typeof pool, 'query'>) => sql.query('/* test.stalePlan */ select * from widening')
    await Promise.all([all(pool), all(pool)])
    await pool.query('insert into widening values (1)')
    await pool.query('alter table widening add column m integer default 2')
    expect((await pool.transaction(all)).rows).toEqual([{ n: 1, m: 2 }])
    expect((await all(pool)).rows).toEqual([{ n: 1, m: 2 }])
  })

  test('a statement that waits too long for a lock is given up as UNAVAILABLE, and its connection works on', async () => {
    await using pool = await openPool(db.url, { max: 1, log: silentLog, lockTimeoutMs: 100 })
    let unlock = () => {}
    const held = new Promise<void>((resolve) => (unlock = resolve))
    const locked = new Barrier(2)
    const holding = db.database.transaction(async (sql) => {
      await sql.query('select pg_advisory_xact_lock(1), * from account for update')
      void locked.reached()
      await held
    })
    await locked.reached()
    for (const text of ['select pg_advisory_xact_lock(1)', `update account set amount = 1 where id = 'a'`]) {
      const refused = await pool.query(text).catch((error: unknown) => error)
      expect(refused).toMatchObject({ code: '55P03' })
      expect(isUnavailable(refused)).toBe(true)
    }
    unlock()
    await holding
    await pool.query(`update account set amount = 1 where id = 'a'`)
    const { rows } = await db.database.query('show lock_timeout')
    expect(rows).toEqual([{ lock_timeout: '2s' }])
  })

  test('sessions compile nothing, and a statement alone sees what was committed before it', async () => {
    await using pool = await openPool(db.url, { max: 1, log: silentLog })
    const { rows } = await pool.query(
      `select current_setting('jit') as jit, current_setting('default_transaction_isolation') as isolation`,
    )
    expect(rows).toEqual([{ jit: 'off', isolation: 'read committed' }])
  })

  test('connections that the server cuts, idle or in a transaction, are told and replaced', async () => {
    const warnings: string[] = []
    const log: Log = { ...silentLog, warn: (message) => warnings.push(message) }
    await using pool = await openPool(db.url, { max: 2, log })
    const cut = async (pid: number | undefined) => {
      await db.database.query('select pg_terminate_backend($1::integer)', [pid])
    }
    const pidOf = async (sql: { query: typeof pool.query }) =>
      (await sql.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid

    await cut(await pidOf(pool))
    await eventually(() => warnings.includes('An idle PostgreSQL connection was lost.'))
    const broken = pool.transaction(async (sql) => {
      await cut(await pidOf(sql))
      await eventually(() =>
        sql.query('select 1').then(
          () => false,
          () => true,
        ),
      )
      await sql.query('select 1')
    })
    await expect(broken).rejects.toThrow()
    expect(await pidOf(pool)).toEqual(expect.any(Number))
  })

  test('a statement that runs too long is cancelled by the server', async () => {
    await using pool = await openPool(db.url, { max: 1, log: silentLog, statementTimeoutMs: 100 })
    await expect(pool.query('select pg_sleep(60)')).rejects.toMatchObject({ code: '57014' })
    await expect(pool.query('select 1 as n')).resolves.toMatchObject({ rows: [{ n: 1 }] })
  })

  test('closing waits for what runs, can be asked twice, and refuses what comes after', async () => {
    const pool = await openPool(db.url, { max: 1, log: silentLog })
    const done: string[] = []
    const running = [1, 2, 3].map((n) =>
      pool
        .transaction(async (sql) => {
          await sql.query('select pg_sleep(0.05)')
          await sql.query(`update account set amount = amount + 1 where id = 'a'`)
        })
        .then(() => done.push(`transaction ${n}`)),
    )
    const closed = Promise.all([pool[Symbol.asyncDispose](), pool[Symbol.asyncDispose]()])
    await expect(pool.query('select 1')).rejects.toThrow('The PostgreSQL pool is closed.')
    await closed
    await Promise.all(running)
    expect(done).toHaveLength(3)
    expect(await amounts()).toEqual(['3', '0'])
  })

  test('bigint, xid8, time and jsonb columns arrive as promised', async () => {
    const { rows } = await db.database.query(
      `select 9007199254740993::bigint as big, '5'::xid8 as xid, '2024-01-02T03:04:05Z'::timestamptz as at,
         '{"a":[1]}'::jsonb as json, $1::bigint as given`,
      [2n ** 62n],
    )
    expect(rows).toEqual([
      {
        big: '9007199254740993',
        xid: '5',
        at: new Date('2024-01-02T03:04:05Z'),
        json: { a: [1] },
        given: String(2n ** 62n),
      },
    ])
  })

  test.each([
    ['is not valid', () => 'not a URL with s3cret'],
    ['is not valid', () => 'mysql://parley:s3cret@localhost/db'],
    ['password authentication failed', () => changed({ password: 's3cret' })],
    ['does not exist', () => changed({ pathname: '/nowhere' })],
    ['ECONNREFUSED', () => changed({ port: '1' })],
  ])('a URL that cannot be used is refused with one line that says "%s" and never the password', async (text, url) => {
    // A server that trusts everybody (such as one given by POSTGRES_URL) refuses no password.
    if (text.startsWith('password') && new URL(db.url).password === '') return
    const error: unknown = await openPool(url(), { max: 1, log: silentLog, startupWaitMs: 0 }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(StartupError)
    expect((error as Error).message).toContain(text)
    for (const secret of ['s3cret', new URL(db.url).password].filter(Boolean)) {
      expect(String((error as Error).stack)).not.toContain(secret)
      expect(JSON.stringify(error)).not.toContain(secret)
    }
  })

  test('connections that are open and dead are replaced within seconds, all of them after the first was found', async () => {
    await using proxy = await startTcpProxy(db.url)
    await using pool = await openPool(proxy.url, { max: 5, log: silentLog })
    const all = () => Promise.all(Array.from({ length: 5 }, () => pool.query('select pg_sleep(0.1)')))
    await all()
    expect(proxy.count()).toBe(5)
    proxy.abandon()
    const start = performance.now()
    await expect(withDeadline(pool, 500).query('select 1')).rejects.toThrow('Query read timeout')
    await all()
    expect(performance.now() - start).toBeLessThan(5_000)
  })

  test('a connection that nobody used for a while is asked for a sign of life first: its user waits for nothing dead', async () => {
    await using proxy = await startTcpProxy(db.url)
    await using pool = await openPool(proxy.url, { max: 5, log: silentLog, unusedMs: 0 })
    await pool.query('select 1')
    proxy.abandon()
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  test('a server that takes connections and says nothing is given up', async () => {
    const sockets = new Set<Socket>()
    const mute = createServer((socket) => sockets.add(socket))
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const url = changed({ port: String((mute.address() as AddressInfo).port) })
    await expect(
      openPool(url, { max: 1, log: silentLog, connectTimeoutMs: 100, startupWaitMs: 0 }),
    ).rejects.toBeInstanceOf(StartupError)
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => mute.close(resolve))
  })

  function changed(parts: Partial<Pick<URL, 'password' | 'pathname' | 'port'>>): string {
    return Object.assign(new URL(db.url), parts).href
  }
})

/** Lets everybody pass once `count` have come; whoever comes later passes at once. */
class Barrier {
  readonly #open: Promise<void>
  #resolve: () => void = () => {}
  #missing: number

  constructor(count: number) {
    this.#missing = count
    this.#open = new Promise((resolve) => (this.#resolve = resolve))
  }

  reached(): Promise<void> {
    if (--this.#missing <= 0) this.#resolve()
    return this.#open
  }
}
