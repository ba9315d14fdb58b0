import { deepStrictEqual, ok } from 'node:assert'
import { arrived, expectResults, type Concern } from '../world.ts'
import { order, tick } from './shapes.ts'

const TICK = 'subscription ($shop: ID!) { tick(shop: $shop) { n } }'
const ORDER = 'subscription ($shop: ID!) { order(shop: $shop) { id customer { name } } }'
const CYCLES = 200

/** What a client gives up is given up all the way: no stream stays open in a subgraph, and no fetch goes on. */
export const cancellation: Concern = {
  name: 'cancellation',
  cases: [
    {
      title: 'the client stops: the stream in the subgraph ends',
      async run(world) {
        const stream = await world.open('tick', TICK)
        world.emit('tick', tick(1))
        await arrived(world.eventually, stream, 1)
        stream.stop()
        await world.eventually(() => deepStrictEqual(world.openStreams('tick'), 0))
      },
    },
    {
      title: 'the client stops before any event',
      async run(world) {
        const stream = await world.open('order', ORDER)
        stream.stop()
        await world.eventually(() => deepStrictEqual(world.openStreams('order'), 0))
      },
    },
    {
      title: 'the connection of the client breaks: the stream in the subgraph ends',
      async run(world) {
        const stream = await world.open('order', ORDER)
        stream.vanish()
        await world.eventually(() => deepStrictEqual(world.openStreams('order'), 0))
      },
    },
    {
      title: 'the client stops one operation of several on its connection: the others go on',
      needs: 'sockets',
      async run(world) {
        const socket = await world.socket()
        const variables = { shop: world.shop }
        const leaving = socket.subscribe({ query: TICK, variables })
        const staying = socket.subscribe({ query: ORDER, variables })
        await world.eventually(() => deepStrictEqual([world.openStreams('tick'), world.openStreams('order')], [1, 1]))
        leaving.stop()
        await world.eventually(() => deepStrictEqual([world.openStreams('tick'), world.openStreams('order')], [0, 1]))
        world.emit('tick', tick(1))
        world.emit('order', order('o1'))
        await expectResults(world, staying, [{ data: { order: { id: 'o1', customer: { name: 'name of ann' } } } }])
        deepStrictEqual(leaving.results, [])
      },
    },
    {
      title: 'the client stops while an event is being fetched: it gets nothing more, and the stream ends',
      needs: 'sockets',
      async run(world) {
        let release: (() => void) | undefined
        const released = new Promise<void>((resolve) => (release = resolve))
        world.subgraphs.customers.answer({ how: 'late', release: () => released })
        const socket = await world.socket()
        const stream = socket.subscribe({ query: ORDER, variables: { shop: world.shop } })
        await world.eventually(() => deepStrictEqual(world.openStreams('order'), 1))
        world.emit('order', order('o1'))
        await world.eventually(() => ok(world.subgraphs.customers.requests.length > 0))
        stream.stop()
        await world.eventually(() => deepStrictEqual(world.openStreams('order'), 0))
        release?.()
        // What would come, would come before this.
        const after = socket.subscribe({ query: ORDER, variables: { shop: world.shop } })
        await world.eventually(() => deepStrictEqual(world.openStreams('order'), 1))
        world.emit('order', order('o2'))
        await arrived(world.eventually, after, 1)
        deepStrictEqual(stream.results, [])
      },
    },
    {
      title: 'a fetch that nobody waits for any more is given up',
      optional: true,
      async run(world) {
        world.subgraphs.customers.answer({ how: 'hang' })
        const stream = await world.open('order', ORDER)
        world.emit('order', order('o1'))
        await world.eventually(() => ok(world.subgraphs.customers.requests.length > 0))
        stream.vanish()
        await world.eventually(() => ok(world.subgraphs.customers.requests.every(({ aborted }) => aborted)))
      },
    },
    {
      title: 'the client stops in the same breath in which it asked',
      needs: 'sockets',
      async run(world) {
        const { peer, subscribe } = await world.socket()
        const payload = { query: ORDER, variables: { shop: world.shop } }
        for (let n = 0; n < 20; n++) {
          const id = `breath-${n}`
          peer.sendAtOnce([
            { id, type: 'subscribe', payload },
            { id, type: 'complete' },
          ])
        }
        // After these, one that stays: whatever they opened was opened before it.
        const staying = subscribe(payload)
        await world.eventually(() => deepStrictEqual(world.openStreams('order'), 1))
        world.emit('order', order('o1'))
        await arrived(world.eventually, staying, 1)
        await world.eventually(() => deepStrictEqual(world.openStreams('order'), 1))
        staying.stop()
        await world.eventually(() => deepStrictEqual(world.openStreams('order'), 0))
        deepStrictEqual(
          peer.messages.filter(({ id }) => id?.startsWith('breath-')),
          [],
        )
      },
    },
    {
      title: `${CYCLES} times subscribed and left: no stream and no connection stays`,
      async run(world) {
        const { orders } = world.subgraphs
        for (let done = 0; done < CYCLES; done += 20) {
          const streams = await Promise.all(Array.from({ length: 20 }, () => world.subscribe(ORDER)))
          await world.eventually(() => ok(world.openStreams('order') > 0))
          streams.forEach((stream, at) => (at % 2 ? stream.stop() : stream.vanish()))
          if (done % 40 === 0) await world.eventually(() => deepStrictEqual(world.openStreams('order'), 0))
        }
        await world.eventually(() => deepStrictEqual(world.openStreams('order'), 0))
        // One connection may be kept for the next one.
        await world.eventually(() => ok(orders.connections() <= 1, `${orders.connections()} connections are open.`))
      },
    },
  ],
}
