import { deepStrictEqual, ok } from 'node:assert'
import { arrived, expectResults, type Concern, type World } from '../world.ts'
import { order } from './shapes.ts'

const TICK = 'subscription ($shop: ID!) { tick(shop: $shop) { n } }'
const ORDER = 'subscription ($shop: ID!) { order(shop: $shop) { id customer { name } } }'
const orderResult = (id: string) => ({ data: { order: { id, customer: { name: 'name of ann' } } } })

/** Several clients who ask for the same, or for nearly the same. */
export const sharing: Concern = {
  name: 'sharing',
  cases: [
    {
      title: 'each of several clients gets every event once; one that leaves takes nothing from the others',
      async run(world) {
        const [first, second, third] = [
          await world.open('order', ORDER),
          await world.subscribe(ORDER),
          await world.subscribe(ORDER),
        ]
        const all = [first, second, third]
        await everybodyListens(world, all, 'order')
        const before = all.map((stream) => stream.results.length)
        world.emit('order', order('o1'))
        await Promise.all(all.map((stream, at) => arrived(world.eventually, stream, (before[at] ?? 0) + 1)))
        first.vanish()
        second.stop()
        world.emit('order', order('o2'))
        await arrived(world.eventually, third, (before[2] ?? 0) + 2)
        deepStrictEqual(
          third.results.slice(before[2]).map(({ data }) => data),
          [orderResult('o1').data, orderResult('o2').data],
        )
        third.stop()
        await world.eventually(() => deepStrictEqual(world.openStreams('order'), 0))
      },
    },
    {
      title: 'other variables of a nested field are another answer',
      async run(world) {
        const query =
          'subscription ($shop: ID!, $n: Int!) { order(shop: $shop) { customer { friends(first: $n) { name } } } }'
        const one = await world.open('order', query, { variables: { n: 1 } })
        const none = await world.open('order', query, { variables: { n: 0 } })
        world.emit('order', order('o1'))
        await expectResults(world, one, [{ data: { order: { customer: { friends: [{ name: 'name of ann.1' }] } } } }])
        await expectResults(world, none, [{ data: { order: { customer: { friends: [] } } } }])
      },
    },
    {
      title: 'other aliases are another answer',
      async run(world) {
        const one = await world.open(
          'order',
          'subscription ($shop: ID!) { order(shop: $shop) { a: id customer { name } } }',
        )
        const two = await world.open(
          'order',
          'subscription ($shop: ID!) { order(shop: $shop) { b: id customer { c: name } } }',
        )
        world.emit('order', order('o1'))
        await expectResults(world, one, [{ data: { order: { a: 'o1', customer: { name: 'name of ann' } } } }])
        await expectResults(world, two, [{ data: { order: { b: 'o1', customer: { c: 'name of ann' } } } }])
      },
    },
    {
      title: 'clients who are somebody else have streams and fetches of their own',
      needs: 'identityHeader',
      async run(world) {
        const name = world.settings.identityHeader ?? ''
        const names = ['ann', 'bob']
        const streams = []
        for (const who of names) streams.push(await world.open('order', ORDER, { headers: { [name]: who } }))
        const told = () => world.subgraphs.orders.opened('order', world.shop).map((headers) => headers[name])
        deepStrictEqual(told().sort(), names)
        world.emit('order', order('o1'))
        for (const stream of streams) await expectResults(world, stream, [orderResult('o1')])
        deepStrictEqual(world.subgraphs.customers.requests.map(({ headers }) => headers[name]).sort(), names)
      },
    },
    {
      title: 'a header that is passed on stands in the upgrade request of the socket to the subgraph as well',
      needs: 'upstreamSockets',
      async run(world) {
        const name = world.settings.identityHeader
        if (name === undefined) return
        const who = `who-${world.shop}`
        await world.open('tick', TICK, { headers: { [name]: who } })
        ok(world.subgraphs.orders.upgrades.some((headers) => headers[name] === who))
      },
    },
    {
      title: 'identical operations of the same client share one stream in the subgraph',
      optional: true,
      async run(world) {
        const first = await world.open('order', ORDER)
        const second = await world.subscribe(ORDER)
        await everybodyListens(world, [first, second], 'order')
        deepStrictEqual(world.openStreams('order'), 1)
      },
    },
    {
      title: 'what an event needs from other subgraphs is fetched once for all who share it',
      optional: true,
      async run(world) {
        const first = await world.open('order', ORDER)
        const second = await world.subscribe(ORDER)
        await everybodyListens(world, [first, second], 'order')
        world.subgraphs.customers.requests.length = 0
        const [one, two] = [first.results.length, second.results.length]
        world.emit('order', order('o1'))
        await arrived(world.eventually, first, one + 1)
        await arrived(world.eventually, second, two + 1)
        deepStrictEqual(world.subgraphs.customers.requests.length, 1)
      },
    },
    {
      title: 'streams of different operations share one connection to the subgraph',
      needs: 'network',
      optional: true,
      async run(world) {
        await world.open('tick', TICK)
        await world.open('order', ORDER)
        // Those of earlier cases may be kept for a while.
        await world.eventually(() => {
          const open = world.subgraphs.orders.connections()
          ok(open === 1, `${open} connections are open.`)
        })
      },
    },
  ],
}

/** Emits until every stream has heard something: a stream that is shared is not seen to open. */
async function everybodyListens(
  world: World,
  streams: readonly { readonly results: readonly unknown[] }[],
  field: string,
): Promise<void> {
  let n = 0
  await world.eventually(() => {
    if (streams.every(({ results }) => results.length > 0)) return
    world.emit(field, order(`probe-${++n}`))
    throw new Error('Not every stream hears anything.')
  })
  // What the probes brought has arrived when a last event has, on every stream.
  world.emit(field, order('last probe'))
  await world.eventually(() => {
    for (const { results } of streams) ok(JSON.stringify(results.at(-1)).includes('last probe'))
  })
}
