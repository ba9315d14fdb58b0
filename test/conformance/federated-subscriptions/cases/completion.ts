import { deepStrictEqual, ok } from 'node:assert'
import type { ClientStream } from '../clients/client.ts'
import { arrived, expectResults, type Concern, type World } from '../world.ts'
import { order, tick } from './shapes.ts'

const TICK = 'subscription ($shop: ID!) { tick(shop: $shop) { n } }'
const ORDER = 'subscription ($shop: ID!) { order(shop: $shop) { id customer { name } } }'
const orderResult = (id: string) => ({ data: { order: { id, customer: { name: 'name of ann' } } } })

const timesOpened = ({ subgraphs, shop }: World) => subgraphs.orders.opened('order', shop).length

/** Connections that a gateway kept are broken when the second event comes. */
async function restartBetween(world: World, stream: ClientStream): Promise<void> {
  world.emit('order', order('o1'))
  await arrived(world.eventually, stream, 1)
  await world.subgraphs.customers.stop()
  await world.subgraphs.customers.start()
  world.emit('order', order('o2'))
}

/** The end of a stream, whoever ends it, and connections that break on either side. */
export const completion: Concern = {
  name: 'ends and drops',
  cases: [
    {
      title: 'the subgraph completes: so does the client, after every event before it',
      async run(world) {
        const stream = await world.open('order', ORDER)
        world.emit('order', order('o1'))
        world.emit('order', order('o2'))
        world.subgraphs.orders.end('order', world.shop)
        await world.eventually(() => {
          if (!stream.ended()) throw new Error('It did not complete.')
        })
        deepStrictEqual(stream.ended(), { how: 'complete' })
        await expectResults(world, stream, [orderResult('o1'), orderResult('o2')])
      },
    },
    {
      title: 'the subgraph completes at once, without an event',
      async run(world) {
        const stream = await world.open('tick', TICK)
        world.subgraphs.orders.end('tick', world.shop)
        await world.eventually(() => deepStrictEqual(stream.ended(), { how: 'complete' }))
        deepStrictEqual(stream.results, [])
      },
    },
    {
      title: 'one operation that the subgraph completes ends no other on the same connection',
      needs: 'sockets',
      async run(world) {
        const socket = await world.socket()
        const variables = { shop: world.shop }
        const ending = socket.subscribe({ query: TICK, variables })
        const staying = socket.subscribe({ query: ORDER, variables })
        await world.eventually(() => deepStrictEqual([world.openStreams('tick'), world.openStreams('order')], [1, 1]))
        world.subgraphs.orders.end('tick', world.shop)
        await world.eventually(() => deepStrictEqual(ending.ended(), { how: 'complete' }))
        world.emit('order', order('o1'))
        await expectResults(world, staying, [orderResult('o1')])
        deepStrictEqual(staying.ended(), null)
      },
    },
    {
      title: 'the connection to the subgraph of the stream breaks: the client is not left waiting for nothing',
      needs: 'network',
      async run(world) {
        const stream = await world.open('tick', TICK)
        world.emit('tick', tick(1))
        await arrived(world.eventually, stream, 1)
        world.subgraphs.orders.drop()
        let n = 1
        await world.eventually(() => {
          // Whoever subscribes again gets one of these; whoever does not must have ended.
          world.emit('tick', tick(++n))
          if (stream.results.length < 2 && !stream.ended()) throw new Error('It neither ends nor goes on.')
        })
      },
    },
    {
      title: 'the subgraph of the stream restarts, and the stream goes on',
      needs: 'network',
      optional: true,
      async run(world) {
        const stream = await world.open('order', ORDER)
        world.emit('order', order('o1'))
        await arrived(world.eventually, stream, 1)
        await world.subgraphs.orders.stop()
        await world.subgraphs.orders.start()
        await world.eventually(() => {
          if (stream.ended()) throw new Error(`It ended: ${JSON.stringify(stream.ended())}`)
          deepStrictEqual([timesOpened(world), world.openStreams('order')], [2, 1])
        })
        world.emit('order', order('o2'))
        await arrived(world.eventually, stream, 2)
        deepStrictEqual(stream.results[1]?.data, orderResult('o2').data)
        deepStrictEqual(stream.ended(), null)
      },
    },
    {
      title: 'after a break the next event says that some may be missing (extensions.gap)',
      needs: 'network',
      optional: true,
      async run(world) {
        const stream = await world.open('order', ORDER)
        world.emit('order', order('o1'))
        await arrived(world.eventually, stream, 1)
        world.subgraphs.orders.drop()
        await world.eventually(() => deepStrictEqual([timesOpened(world), world.openStreams('order')], [2, 1]))
        world.emit('order', order('o2'))
        world.emit('order', order('o3'))
        await arrived(world.eventually, stream, 3)
        deepStrictEqual(
          stream.results.map(({ extensions }) => extensions?.['gap']),
          [undefined, true, undefined],
        )
      },
    },
    {
      title: 'a subgraph that only answers fetches restarts: events are soon whole again',
      needs: 'network',
      async run(world) {
        const stream = await world.open('order', ORDER)
        await restartBetween(world, stream)
        await world.eventually(() => {
          world.emit('order', order('o3'))
          deepStrictEqual(stream.results.at(-1), orderResult('o3'))
        })
      },
    },
    {
      title: 'a subgraph that only answers fetches restarts, and the very next event is whole',
      needs: 'network',
      optional: true,
      async run(world) {
        const stream = await world.open('order', ORDER)
        await restartBetween(world, stream)
        await expectResults(world, stream, [orderResult('o1'), orderResult('o2')])
      },
    },
    {
      title: 'the subgraph of the stream is away: a new operation is told so, and one after it is back works',
      needs: 'network',
      async run(world) {
        await world.subgraphs.orders.stop()
        const early = await world.subscribe(ORDER)
        const left = world.eventually(() => {
          if (!early.ended()) throw new Error('It is left waiting.')
        })
        // One that keeps trying may also be right: then it has to get there.
        await left.catch(() => undefined)
        await world.subgraphs.orders.start()
        if (!early.ended()) await world.eventually(() => deepStrictEqual(world.openStreams('order'), 1))
        else ok(early.results.every(({ data }) => data === undefined || data === null))
        const late = await world.open('order', ORDER)
        world.emit('order', order('o1'))
        await arrived(world.eventually, late, 1)
        deepStrictEqual(late.results[0]?.data, orderResult('o1').data)
      },
    },
  ],
}
