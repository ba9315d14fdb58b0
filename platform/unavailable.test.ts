import { createDatabase } from '../test/support/database.ts'
import { describeWith, requireUrl } from '../test/support/services.ts'
import { startTcpProxy } from '../test/support/tcp-proxy.ts'
import { silentLog } from './log/log.ts'
import { openMongo } from './mongo/mongo.ts'
import { openRabbitQueue } from './queue/index.ts'
import { openRedis } from './redis/index.ts'
import { openPool } from './sql/pool.ts'
import { isUnavailable, UnavailableError } from './unavailable.ts'

/** What the call rejects with. */
const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => {
      throw new Error('It did not fail.')
    },
    (error: unknown) => error,
  )

test('an error that wraps one of a service that is away says so too, and a wrong statement does not', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  expect(isUnavailable(new Error('outer', { cause: new TypeError('fetch failed', { cause: refused }) }))).toBe(true)
  expect(isUnavailable(new AggregateError([new Error('::1'), refused]))).toBe(true)
  expect(isUnavailable(new UnavailableError('The bus is down.'))).toBe(true)
  for (const code of ['57P01', '57P03', '53300', '08006', '57014', '25006']) expect(isUnavailable({ code })).toBe(true)
  for (const code of ['23505', '42P01', '22P02', 'P0001', 'ERR_INVALID_ARG_TYPE'])
    expect(isUnavailable({ code })).toBe(false)
  for (const other of [new TypeError('x is undefined'), null, undefined, 'away', 7])
    expect(isUnavailable(other)).toBe(false)
})

describeWith('postgres', 'PostgreSQL that cannot serve is told from a statement that is wrong', () => {
  test('refused, no connection free, one that was ended, and a statement that ran too long', async () => {
    await using db = await createDatabase({ max: 1 })
    await using proxy = await startTcpProxy(db.url)
    await using pool = await openPool(proxy.url, {
      max: 1,
      log: silentLog,
      connectTimeoutMs: 200,
      statementTimeoutMs: 300,
    })
    expect(isUnavailable(await failureOf(pool.query('select 1 / 0')))).toBe(false)
    expect(isUnavailable(await failureOf(pool.query('select * from nowhere')))).toBe(false)

    expect(isUnavailable(await failureOf(pool.query('select pg_sleep(10)')))).toBe(true)
    const ended = failureOf(pool.query('select pg_terminate_backend(pg_backend_pid())'))
    expect(isUnavailable(await ended)).toBe(true)
    let release = () => {}
    const busy = pool.transaction(async (sql) => {
      await sql.query('select 1')
      await new Promise<void>((resolve) => (release = resolve))
    })
    expect(isUnavailable(await failureOf(pool.query('select 1')))).toBe(true)
    release()
    await busy

    const cut = failureOf(pool.query('select pg_sleep(0.2)'))
    proxy.cut()
    expect(isUnavailable(await cut)).toBe(true)
    expect(isUnavailable(await failureOf(pool.query('select 1')))).toBe(true)
    expect(isUnavailable(await failureOf(pool.transaction((sql) => sql.query('select 1'))))).toBe(true)
  })
})

describeWith('redis', 'Redis that is away or silent', () => {
  test('is told', async () => {
    await using proxy = await startTcpProxy(requireUrl('redis'))
    await using redis = await openRedis(proxy.url, silentLog, { commandTimeoutMs: 200, heartbeatMs: 60_000 })
    expect(isUnavailable(await failureOf(redis.client.call('set', 'x')))).toBe(false)
    proxy.hold()
    expect(isUnavailable(await failureOf(redis.client.ping()))).toBe(true)
    const underWay = failureOf(redis.client.ping())
    proxy.cut()
    expect(isUnavailable(await underWay)).toBe(true)
    expect(isUnavailable(await failureOf(redis.client.ping()))).toBe(true)
  })
})

describeWith('mongo', 'MongoDB that is away', () => {
  test('is told', async () => {
    await using proxy = await startTcpProxy(requireUrl('mongo'))
    const url = new URL(proxy.url)
    url.searchParams.set('directConnection', 'true')
    await using mongo = await openMongo(url.href, { log: silentLog, database: 'parley_test_away' })
    expect(isUnavailable(await failureOf(mongo.db.command({ nonsense: 1 })))).toBe(false)
    proxy.cut()
    expect(isUnavailable(await failureOf(mongo.db.command({ ping: 1 })))).toBe(true)
  })
})

describeWith('rabbitmq', 'RabbitMQ that is away', () => {
  test('is told', async () => {
    await using proxy = await startTcpProxy(requireUrl('rabbitmq'))
    await using queue = await openRabbitQueue({ url: proxy.url, prefix: `test.${process.pid}.`, log: silentLog })
    proxy.cut()
    expect(isUnavailable(await failureOf(queue.publish('none', 0, 'text')))).toBe(true)
    expect(isUnavailable(await failureOf(queue.declare('none', 1)))).toBe(true)
  })
})
