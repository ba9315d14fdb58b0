import { randomUUID } from 'node:crypto'
import { connect } from 'amqplib'
import { eventually } from '../../test/support/eventually.ts'
import { describeWith, requireUrl } from '../../test/support/services.ts'
import { startTcpProxy } from '../../test/support/tcp-proxy.ts'
import { silentLog } from '../log/log.ts'
import { openMemoryQueue } from './memory.ts'
import { queueContract } from './queue.contract.ts'
import type { Delivery, Queue } from './queue.ts'
import { openRabbitQueue } from './rabbitmq.ts'

queueContract('memory', async () => openMemoryQueue())

test('a shard in memory that nobody consumes is refused more when it is full, and takes more when it has room', async () => {
  await using queue = openMemoryQueue()
  await queue.declare('q', 2)
  for (let i = 0; i < 10_000; i++) await queue.publish('q', 0, 'x')
  await expect(queue.publish('q', 0, 'x')).rejects.toThrow('full')
  await queue.publish('q', 1, 'x')
  await queue.consume('q', 0, { prefetch: 1 }, () => undefined)
  await eventually(() => queue.publish('q', 0, 'x'))
})

test('a queue in memory that is told nowhere else confirms a message when it was acknowledged, or never', async () => {
  const queue = openMemoryQueue(silentLog, { confirmOnAck: ['q'] })
  await queue.declare('q', 1)
  const told: string[] = []
  const publish = (body: string) =>
    queue.publish('q', 0, body).then(
      () => told.push(`${body} is done`),
      () => told.push(`${body} is lost`),
    )
  const deliveries: Delivery[] = []
  await queue.consume('q', 0, { prefetch: 10 }, (delivery) => deliveries.push(delivery))
  const published = ['one', 'two', 'three'].map(publish)
  await eventually(() => deliveries.length === 3)
  expect(told).toEqual([])
  deliveries[1]!.ack()
  await eventually(() => expect(told).toEqual(['two is done']))
  await queue[Symbol.asyncDispose]()
  await Promise.all(published)
  expect(told).toEqual(['two is done', 'one is lost', 'three is lost'])
})

describeWith('rabbitmq', 'Queue', () => {
  const server = () => requireUrl('rabbitmq')
  const prefixes: string[] = []
  const newPrefix = () => {
    const prefix = `test.${randomUUID()}.`
    prefixes.push(prefix)
    return prefix
  }
  const open = (url = server(), prefix = newPrefix()) =>
    openRabbitQueue({ url, prefix, log: silentLog, heartbeatSeconds: 1 })

  /** On a connection of its own, as an operator would. */
  const asOperator = async <T>(work: (channel: Awaited<ReturnType<typeof operatorChannel>>) => Promise<T>) => {
    const connection = await connect(server())
    try {
      return await work(await operatorChannel(connection))
    } finally {
      await connection.close()
    }
  }
  const operatorChannel = async (connection: Awaited<ReturnType<typeof connect>>) => {
    const channel = await connection.createChannel()
    channel.on('error', () => undefined) // the operation rejects with it
    return channel
  }

  afterAll(() =>
    asOperator(async (channel) => {
      for (const prefix of prefixes)
        for (let shard = 0; shard < 3; shard++) await channel.deleteQueue(`${prefix}q.${shard}`)
    }),
  )

  queueContract('RabbitMQ', () => open())

  /** Collects shard 0, acknowledging at once. */
  const collect = async (queue: Queue, ack = true) => {
    const got: Delivery[] = []
    await queue.consume('q', 0, { prefetch: 10 }, (delivery) => {
      got.push(delivery)
      if (ack) delivery.ack()
    })
    return { got, bodies: () => got.map(({ body }) => body) }
  }

  test('another process takes over a shard in order when the active one dies', async () => {
    const prefix = newPrefix()
    await using proxy = await startTcpProxy(server())
    await using dying = await open(proxy.url, prefix)
    await using healthy = await open(server(), prefix)
    await dying.declare('q', 1)
    const first = await collect(dying, false)
    const second = await collect(healthy)
    for (const body of ['1', '2', '3']) await healthy.publish('q', 0, body)
    await eventually(() => expect(first.bodies()).toEqual(['1', '2', '3']))
    proxy.cut()
    await eventually(() => expect(second.bodies()).toEqual(['1', '2', '3']))
  })

  test('messages survive the process that published them', async () => {
    const prefix = newPrefix()
    {
      await using queue = await open(server(), prefix)
      await queue.declare('q', 1)
      await queue.publish('q', 0, 'kept')
    }
    await using queue = await open(server(), prefix)
    await queue.declare('q', 1)
    const { bodies } = await collect(queue)
    await eventually(() => expect(bodies()).toEqual(['kept']))
  })

  test('a cut connection rejects pending and new calls; after it the consumer gets all messages again in order', async () => {
    await using proxy = await startTcpProxy(server())
    await using queue = await open(proxy.url)
    await queue.declare('q', 1)
    const { got, bodies } = await collect(queue, false)
    for (const body of ['1', '2', '3']) await queue.publish('q', 0, body)
    await eventually(() => expect(bodies()).toEqual(['1', '2', '3']))
    const gotWhenBack: number[] = []
    using _back = queue.onBack(() => gotWhenBack.push(got.length))

    proxy.hold()
    const underWay = queue.publish('q', 0, 'perhaps')
    underWay.catch(() => undefined)
    proxy.cut()
    await expect(underWay).rejects.toThrow()
    await eventually(() => expect(queue.publish('q', 0, 'refused')).rejects.toThrow('is down'))
    await eventually(() => expect(queue.declare('q', 1)).rejects.toThrow('is down'))
    await eventually(() => expect(queue.consume('q', 0, { prefetch: 1 }, () => undefined)).rejects.toThrow('is down'))
    got.forEach((delivery) => delivery.ack())

    proxy.restore()
    await eventually(() => queue.publish('q', 0, '4'), 20_000)
    await eventually(() =>
      expect(bodies().filter((body) => body !== 'perhaps')).toEqual(['1', '2', '3', '1', '2', '3', '4']),
    )
    expect(got.slice(3, 6).every(({ redelivered }) => redelivered)).toBe(true)
    expect(gotWhenBack).toEqual([3])
  })

  test('acknowledgements of a lost connection do nothing on the next one', async () => {
    await using proxy = await startTcpProxy(server())
    await using queue = await open(proxy.url)
    await queue.declare('q', 1)
    const { got, bodies } = await collect(queue, false)
    await queue.publish('q', 0, '1')
    await eventually(() => expect(bodies()).toEqual(['1']))
    proxy.blink()
    await eventually(() => expect(bodies()).toEqual(['1', '1']), 20_000)
    got[0]?.ack()
    proxy.blink()
    await eventually(() => expect(bodies()).toEqual(['1', '1', '1']), 20_000)
    got[2]?.ack()
    await eventually(() => queue.publish('q', 0, '2'), 20_000)
    await eventually(() => expect(bodies()).toEqual(['1', '1', '1', '2']))
  })

  test('a half-open network is given up by the heartbeat', async () => {
    await using proxy = await startTcpProxy(server())
    await using queue = await open(proxy.url)
    await queue.declare('q', 1)
    const { bodies } = await collect(queue)
    proxy.hold()
    await expect(queue.publish('q', 0, 'swallowed')).rejects.toThrow()
    proxy.blink() // the held connections end; new ones are held too
    await eventually(() => expect(queue.publish('q', 0, 'refused')).rejects.toThrow('is down'))
    proxy.restore()
    await eventually(() => queue.publish('q', 0, 'after'), 25_000)
    await eventually(() => expect(bodies()).toContain('after'))
  })

  test('a queue that the broker lost is made again, for publisher and consumer', async () => {
    const prefix = newPrefix()
    await using queue = await open(server(), prefix)
    await queue.declare('q', 1)
    const { bodies } = await collect(queue)
    await queue.publish('q', 0, '1')
    await eventually(() => expect(bodies()).toEqual(['1']))
    await asOperator((channel) => channel.deleteQueue(`${prefix}q.0`))
    await eventually(() => queue.publish('q', 0, '2'))
    await eventually(() => expect(bodies()).toEqual(['1', '2']))
  })

  test('a queue of another kind under our name is refused instead of used', async () => {
    const prefix = newPrefix()
    await asOperator((channel) => channel.assertQueue(`${prefix}q.0`, { durable: true }))
    await using queue = await open(server(), prefix)
    await expect(queue.declare('q', 1)).rejects.toThrow('PRECONDITION')
    await asOperator((channel) => channel.deleteQueue(`${prefix}q.0`))
    await queue.declare('q', 1)
  })

  test('a message is delivered as often as its consumers die: there is no delivery limit', async () => {
    const prefix = newPrefix()
    await using queue = await open(server(), prefix)
    await queue.declare('q', 1)
    await queue.publish('q', 0, 'unlucky')
    for (let death = 0; death < 25; death++) {
      const got: string[] = []
      const consumer = await queue.consume('q', 0, { prefetch: 1 }, ({ body }) => void got.push(body))
      await eventually(() => expect(got).toEqual(['unlucky']))
      await consumer[Symbol.asyncDispose]()
    }
  })

  test('more unconfirmed messages than the limit are refused at once, and taken again later', async () => {
    await using queue = await open()
    await queue.declare('q', 1)
    const results = await Promise.allSettled(Array.from({ length: 1_100 }, (_, i) => queue.publish('q', 0, `${i}`)))
    expect(results.slice(0, 1_000).every(({ status }) => status === 'fulfilled')).toBe(true)
    expect(results.slice(1_000).every(({ status }) => status === 'rejected')).toBe(true)
    await queue.publish('q', 0, 'later')
  })

  test('a broker that does not answer at the start is named in one line, without its password', async () => {
    await using proxy = await startTcpProxy(server())
    proxy.cut()
    const url = new URL(proxy.url)
    url.password = 's3cret'
    const opened = openRabbitQueue({ url: url.href, prefix: 'x', log: silentLog, firstConnectMs: 300 })
    await expect(opened).rejects.toThrow(`RabbitMQ at ${url.host} does not answer`)
    await expect(opened).rejects.not.toThrow('s3cret')
  })
})
