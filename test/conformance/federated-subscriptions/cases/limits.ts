import { deepStrictEqual, ok } from 'node:assert'
import { arrived, expectResults, type Concern } from '../world.ts'
import { order, tick } from './shapes.ts'

const TICK = 'subscription ($shop: ID!) { tick(shop: $shop) { n maybe } }'
const LONG = 'x'.repeat(100_000)
/** 20 MB for one client: more than any network buffer holds, less than a machine has. */
const FLOOD = 200

/** What one client can do to the others, and to the gateway. */
export const limits: Concern = {
  name: 'limits',
  cases: [
    {
      title: 'a client that reads nothing holds up nobody else',
      needs: 'sockets',
      async run(world) {
        const slow = await world.socket()
        slow.subscribe({ query: TICK, variables: { shop: world.shop } })
        await world.eventually(() => deepStrictEqual(world.openStreams('tick'), 1))
        slow.peer.pause()
        const quick = await world.open('tick', TICK.replace('n maybe', 'n text: maybe'))
        for (let n = 0; n < FLOOD; n++) {
          world.emit('tick', tick(n, { maybe: LONG }))
          if (n % 20 === 19) await arrived(world.eventually, quick, n + 1)
        }
        deepStrictEqual(quick.results.length, FLOOD)
        deepStrictEqual(quick.ended(), null)
      },
    },
    {
      title: 'a client that reads nothing is sent away before its events fill the memory',
      needs: 'sockets',
      optional: true,
      async run(world) {
        const slow = await world.socket()
        slow.subscribe({ query: TICK, variables: { shop: world.shop } })
        await world.eventually(() => deepStrictEqual(world.openStreams('tick'), 1))
        slow.peer.pause()
        const watching = await world.open('tick', TICK.replace('n maybe', 'n text: maybe'))
        await world.eventually(async () => {
          const before = watching.results.length
          for (let n = 0; n < 20; n++) world.emit('tick', tick(n, { maybe: LONG }))
          await arrived(world.eventually, watching, before + 20)
          ok(before < FLOOD * 4, 'The gateway keeps 80 MB for one client.')
          deepStrictEqual(world.openStreams('tick'), 1)
        })
      },
    },
    {
      title: 'an event of 1 MB',
      async run(world) {
        const stream = await world.open('tick', TICK)
        const maybe = LONG.repeat(10)
        world.emit('tick', tick(1, { maybe }))
        await expectResults(world, stream, [{ data: { tick: { n: 1, maybe } } }])
      },
    },
    {
      title: 'an event with 1,000 entities',
      async run(world) {
        const stream = await world.open(
          'orders',
          'subscription ($shop: ID!) { orders(shop: $shop) { customer { name } product { inStock } } }',
        )
        const ids = Array.from({ length: 1_000 }, (_, at) => `c${at}`)
        world.emit(
          'orders',
          ids.map((id) => order(`o-${id}`, { customer: { id } })),
        )
        await expectResults(world, stream, [
          { data: { orders: ids.map((id) => ({ customer: { name: `name of ${id}` }, product: { inStock: 5 } })) } },
        ])
      },
    },
    {
      title: '100 operations at once on one connection',
      needs: 'sockets',
      async run(world) {
        const socket = await world.socket()
        const query = (at: number) => `subscription ($shop: ID!) { tick(shop: $shop) { n${at}: n } }`
        const streams = Array.from({ length: 100 }, (_, at) =>
          socket.subscribe({ query: query(at), variables: { shop: world.shop } }),
        )
        await world.eventually(() => deepStrictEqual(world.openStreams('tick'), 100))
        world.emit('tick', tick(7))
        await world.eventually(() => {
          deepStrictEqual(
            streams.map(({ results }) => results[0]?.data as unknown),
            streams.map((_, at) => ({ tick: { [`n${at}`]: 7 } })),
          )
        })
      },
    },
  ],
}
