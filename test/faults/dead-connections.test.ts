import { v7 } from 'uuid'
import { silentLog } from '../../platform/log/log.ts'
import { openRedisBus } from '../../platform/bus/index.ts'
import { openRabbitQueue } from '../../platform/queue/index.ts'
import { openPool } from '../../platform/sql/pool.ts'
import { createDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { describeWith, requireUrl } from '../support/services.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'

/**
 * Connections that stay open and are dead, while new ones work: a failover behind a NAT. With the limits that the program
 * has; each service is back within ten seconds.
 */
jest.setTimeout(60_000)

const MOST_MS = 10_000

/** How long it takes until `works` resolves again. */
async function outage(works: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await eventually(() => works(), 40_000)
  const tookMs = performance.now() - start
  expect(tookMs).toBeLessThan(MOST_MS)
  return tookMs
}

describeWith('postgres', 'Dead connections to PostgreSQL', () => {
  test('cost a statement under way, a transaction and a new statement less than ten seconds', async () => {
    await using db = await createDatabase({ max: 1 })
    await using proxy = await startTcpProxy(db.url)
    await using pool = await openPool(proxy.url, { max: 5, log: silentLog })
    await Promise.all(Array.from({ length: 5 }, () => pool.query('select pg_sleep(0.1)')))
    const underWay = pool.query('select pg_sleep(0.2)').catch(() => 'given up')
    proxy.abandon()
    const start = performance.now()
    await outage(() => pool.query('select 1'))
    await outage(() => pool.transaction((sql) => sql.query('select 1')))
    await underWay
    expect(performance.now() - start).toBeLessThan(2 * MOST_MS)
  })
})

describeWith('rabbitmq', 'Dead connections to RabbitMQ', () => {
  test('cost publishers and consumers less than ten seconds', async () => {
    const prefix = `test.${v7()}.`
    await using proxy = await startTcpProxy(requireUrl('rabbitmq'))
    await using queue = await openRabbitQueue({ url: proxy.url, prefix, log: silentLog })
    await queue.declare('dead', 1)
    const got = new Set<string>()
    await using _consumer = await queue.consume('dead', 0, { prefetch: 10 }, ({ body, ack }) => {
      got.add(body)
      ack()
    })
    await queue.publish('dead', 0, 'before')
    await eventually(() => expect(got).toContain('before'))
    proxy.abandon()
    // As the relay does it: what is not confirmed is published again.
    await outage(async () => {
      await queue.publish('dead', 0, 'after')
      expect(got).toContain('after')
    })
  })
})

describeWith('redis', 'Dead connections to Redis', () => {
  test('cost the bus less than ten seconds', async () => {
    await using proxy = await startTcpProxy(requireUrl('redis'))
    await using bus = await openRedisBus({ url: proxy.url, prefix: `test:${v7()}:`, log: silentLog })
    let heard = 0
    await using _listener = await bus.listen('channel', () => heard++)
    proxy.abandon()
    await outage(async () => {
      await bus.publish('channel', 'text')
      expect(heard).toBeGreaterThan(0)
    })
  })
})
