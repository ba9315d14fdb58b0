import { deepStrictEqual } from 'node:assert'
import { setTimeout as delay } from 'node:timers/promises'
import { arrived, type Concern } from '../world.ts'
import { order, tick } from './shapes.ts'

const TICK = 'subscription ($shop: ID!) { tick(shop: $shop) { n } }'
const ORDER = 'subscription ($shop: ID!) { order(shop: $shop) { id customer { name } } }'
const MANY = 500

/** Events reach a client in the order in which the subgraph gave them, each once. */
export const ordering: Concern = {
  name: 'order',
  cases: [
    {
      title: `${MANY} events at once: none lost, none twice, none swapped`,
      async run(world) {
        const stream = await world.open('tick', TICK)
        const numbers = Array.from({ length: MANY }, (_, at) => at)
        for (const n of numbers) world.emit('tick', tick(n))
        await arrived(world.eventually, stream, MANY)
        deepStrictEqual(
          stream.results.map(({ data }) => data.tick.n as number),
          numbers,
        )
      },
    },
    {
      title: '100 events at once that need another subgraph',
      async run(world) {
        const stream = await world.open('order', ORDER)
        const ids = Array.from({ length: 100 }, (_, at) => `o${at}`)
        for (const id of ids) world.emit('order', order(id, { customer: { id: `c-${id}` } }))
        await arrived(world.eventually, stream, ids.length)
        deepStrictEqual(
          stream.results.map(({ data }) => [data.order.id as string, data.order.customer.name as string]),
          ids.map((id) => [id, `name of c-${id}`]),
        )
      },
    },
    {
      title: 'an event whose fetch is slow is not overtaken by later ones',
      async run(world) {
        let release: (() => void) | undefined
        const released = new Promise<void>((resolve) => (release = resolve))
        world.subgraphs.customers.answer({
          how: 'late',
          release: async (number) => {
            if (number === 0) await released
          },
        })
        const stream = await world.open('order', ORDER)
        for (const id of ['o1', 'o2', 'o3']) world.emit('order', order(id))
        await world.eventually(() => deepStrictEqual(world.subgraphs.customers.requests.length > 0, true))
        // Long enough for a gateway that fetches for several events at once to have the later ones ready.
        await delay(50)
        release?.()
        await arrived(world.eventually, stream, 3)
        deepStrictEqual(
          stream.results.map(({ data }) => data.order.id as string),
          ['o1', 'o2', 'o3'],
        )
      },
    },
    {
      title: 'a slow fetch of one stream does not hold up another',
      async run(world) {
        let release: (() => void) | undefined
        const released = new Promise<void>((resolve) => (release = resolve))
        world.subgraphs.customers.answer({ how: 'late', release: () => released })
        const slow = await world.open('order', ORDER)
        const quick = await world.open('tick', TICK)
        world.emit('order', order('o1'))
        world.emit('tick', tick(1))
        await arrived(world.eventually, quick, 1)
        deepStrictEqual(slow.results, [])
        release?.()
        await arrived(world.eventually, slow, 1)
      },
    },
    {
      title: 'events of several streams on one connection keep their order, each for itself',
      needs: 'sockets',
      async run(world) {
        const socket = await world.socket()
        const variables = { shop: world.shop }
        const ticks = socket.subscribe({ query: TICK, variables })
        const orders = socket.subscribe({ query: ORDER, variables })
        await world.eventually(() => deepStrictEqual([world.openStreams('tick'), world.openStreams('order')], [1, 1]))
        for (let n = 0; n < 50; n++) {
          world.emit('tick', tick(n))
          world.emit('order', order(`o${n}`))
        }
        await arrived(world.eventually, ticks, 50)
        await arrived(world.eventually, orders, 50)
        deepStrictEqual(
          ticks.results.map(({ data }) => `o${data.tick.n}`),
          orders.results.map(({ data }) => data.order.id as string),
        )
      },
    },
  ],
}
