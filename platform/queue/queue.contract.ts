import { eventually } from '../../test/support/eventually.ts'
import type { Delivery, Queue } from './queue.ts'

/** What every queue promises. `open` gives one that shares its queues with no other test. */
export function queueContract(name: string, open: () => Promise<Queue>) {
  describe(`Queue on ${name}`, () => {
    const opened = async (shards = 1) => {
      const queue = await open()
      await queue.declare('q', shards)
      return queue
    }
    /** Consumes shard 0 and keeps what came; acknowledges at once unless told not to. */
    const consume = async (queue: Queue, { prefetch = 10, ack = true, shard = 0 } = {}) => {
      const got: Delivery[] = []
      const consumer = await queue.consume('q', shard, { prefetch }, (delivery) => {
        got.push(delivery)
        if (ack) delivery.ack()
      })
      const bodies = () => got.map(({ body }) => body)
      return { got, bodies, leave: () => consumer[Symbol.asyncDispose]() }
    }
    const publish = (queue: Queue, ...bodies: string[]) =>
      Promise.all(bodies.map((body) => queue.publish('q', 0, body)))
    const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => String(from + i))

    test('a shard keeps its order: what was published before and after its consumer came', async () => {
      await using queue = await opened()
      await publish(queue, ...numbers(1, 150))
      const { bodies } = await consume(queue)
      await publish(queue, ...numbers(151, 300))
      await eventually(() => expect(bodies()).toEqual(numbers(1, 300)))
    })

    test('shards are apart: a message comes on its own shard only', async () => {
      await using queue = await opened(3)
      const consumers = await Promise.all([0, 1, 2].map((shard) => consume(queue, { shard })))
      for (const body of numbers(1, 9)) await queue.publish('q', Number(body) % 3, body)
      await eventually(() =>
        expect(consumers.map(({ bodies }) => bodies())).toEqual([
          ['3', '6', '9'],
          ['1', '4', '7'],
          ['2', '5', '8'],
        ]),
      )
    })

    test('declaring again changes nothing; a queue or shard that nobody declared is refused', async () => {
      await using queue = await opened(2)
      await publish(queue, 'kept')
      await queue.declare('q', 2)
      await queue.declare('q', 1)
      const { bodies } = await consume(queue)
      await eventually(() => expect(bodies()).toEqual(['kept']))
      await queue.publish('q', 1, 'on the second')
      await expect(queue.publish('q', 2, 'x')).rejects.toThrow('declare it first')
      await expect(queue.publish('other', 0, 'x')).rejects.toThrow('declare it first')
      await expect(queue.consume('other', 0, { prefetch: 1 }, () => undefined)).rejects.toThrow()
    })

    test('at most `prefetch` unacknowledged messages are out, whatever the order of acknowledging', async () => {
      await using queue = await opened()
      const { got, bodies } = await consume(queue, { prefetch: 3, ack: false })
      await publish(queue, ...numbers(1, 7))
      await eventually(() => expect(bodies()).toEqual(['1', '2', '3']))
      got[1]?.ack()
      await eventually(() => expect(bodies()).toEqual(['1', '2', '3', '4']))
      got[0]?.ack()
      got[2]?.ack()
      await eventually(() => expect(bodies()).toEqual(numbers(1, 6)))
    })

    test('what a consumer left unacknowledged comes to the next one, in order, before what followed', async () => {
      await using queue = await opened()
      const first = await consume(queue, { prefetch: 5, ack: false })
      await publish(queue, ...numbers(1, 8))
      await eventually(() => expect(first.bodies()).toEqual(numbers(1, 5)))
      first.got[0]?.ack()
      first.got[3]?.ack()
      await eventually(() => expect(first.bodies()).toEqual(numbers(1, 7)))
      await first.leave()
      const next = await consume(queue)
      await eventually(() => expect(next.bodies()).toEqual(['2', '3', '5', '6', '7', '8']))
      expect(next.got.map(({ redelivered }) => redelivered)).toEqual([true, true, true, true, true, false])
      expect(first.bodies()).toEqual(numbers(1, 7))
    })

    test('a shard has one active consumer: the second stands by until the first leaves', async () => {
      await using queue = await opened()
      const active = await consume(queue, { prefetch: 2, ack: false })
      const standby = await consume(queue)
      await publish(queue, ...numbers(1, 4))
      await eventually(() => expect(active.bodies()).toEqual(['1', '2']))
      active.got[0]?.ack()
      await eventually(() => expect(active.bodies()).toEqual(['1', '2', '3']))
      expect(standby.bodies()).toEqual([])
      await active.leave()
      await eventually(() => expect(standby.bodies()).toEqual(['2', '3', '4']))
    })

    test('a standby that leaves, even twice, does not silence the active one', async () => {
      await using queue = await opened()
      const active = await consume(queue)
      const standby = await consume(queue)
      await standby.leave()
      await standby.leave()
      await publish(queue, '1', '2')
      await eventually(() => expect(active.bodies()).toEqual(['1', '2']))
    })

    test('acknowledging is idempotent, and does nothing once the consumer has left', async () => {
      await using queue = await opened()
      const first = await consume(queue, { ack: false })
      await publish(queue, '1', '2')
      await eventually(() => expect(first.bodies()).toEqual(['1', '2']))
      first.got[0]?.ack()
      first.got[0]?.ack()
      await first.leave()
      first.got.forEach((delivery) => delivery.ack())
      const next = await consume(queue)
      await eventually(() => expect(next.bodies()).toEqual(['2']))
      first.got.forEach((delivery) => delivery.ack())
      await publish(queue, '3')
      await eventually(() => expect(next.bodies()).toEqual(['2', '3']))
    })

    test('a consumer that throws gets what follows', async () => {
      await using queue = await opened()
      const bodies: string[] = []
      await queue.consume('q', 0, { prefetch: 10 }, (delivery) => {
        bodies.push(delivery.body)
        delivery.ack()
        throw new Error('broken consumer')
      })
      await publish(queue, '1', '2')
      await eventually(() => expect(bodies).toEqual(['1', '2']))
    })

    test('any text arrives as it was published', async () => {
      await using queue = await opened()
      const { bodies } = await consume(queue)
      const texts = ['', '{"a":1}', 'ünï\r\n\0😀', 'x'.repeat(300_000)]
      await publish(queue, ...texts)
      await eventually(() => expect(bodies()).toEqual(texts))
    })

    test('closing while busy settles what is under way; afterwards everything is refused, and closing again is quiet', async () => {
      const queue = await opened()
      const consumer = await consume(queue, { ack: false })
      const settled = Promise.allSettled(numbers(1, 200).map((body) => queue.publish('q', 0, body)))
      await queue[Symbol.asyncDispose]()
      await settled
      consumer.got.forEach((delivery) => delivery.ack())
      await expect(queue.publish('q', 0, 'late')).rejects.toThrow('closed')
      await expect(queue.declare('q', 1)).rejects.toThrow('closed')
      await expect(queue.consume('q', 0, { prefetch: 1 }, () => undefined)).rejects.toThrow('closed')
      await consumer.leave()
      await queue[Symbol.asyncDispose]()
    })
  })
}
