import { deepStrictEqual, match, ok } from 'node:assert'
import { GraphQLError } from 'graphql'
import type { Answering } from '../subgraphs/subgraph.ts'
import { arrived, expectRefused, expectResult, expectResults, type Case, type Concern } from '../world.ts'
import { oneEvent, order, tick } from './shapes.ts'

const failed = (message: string, extensions = {}) => new GraphQLError(message, { extensions })

/** A subgraph that answers otherwise than it should costs what lies with it, for as long as it does. */
function brokenSubgraph(title: string, answering: Answering): Case {
  return {
    title,
    async run(world) {
      const stream = await world.open(
        'order',
        'subscription ($shop: ID!) { order(shop: $shop) { id customer { id email } product { name } } }',
      )
      const whole = (id: string, email: string | null) => ({
        order: { id, customer: { id: 'ann', email }, product: { name: 'name of p1' } },
      })
      world.subgraphs.customers.answer(answering)
      world.emit('order', order('o1'))
      await expectResults(world, stream, [{ data: whole('o1', null), errors: 'some' }])
      world.subgraphs.customers.answer({ how: 'normally' })
      world.emit('order', order('o2'))
      await arrived(world.eventually, stream, 2)
      expectResult(stream.results[1], { data: whole('o2', 'ann@example.org') })
    },
  }
}

/** What fails inside an event, where the client is told that it did, and that the next event is not touched by it. */
export const errors: Concern = {
  name: 'errors',
  cases: [
    oneEvent('a field of the event itself fails: null and an error with its path', {
      on: ['order', order('o1', { note: failed('no note') })],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { id note customer { name } } }',
      data: { order: { id: 'o1', note: null, customer: { name: 'name of ann' } } },
      errors: [['order', 'note']],
    }),
    oneEvent('the path is made of what the client calls the fields', {
      on: ['order', order('o1', { previous: order('o0', { note: failed('no note') }) })],
      query: 'subscription ($shop: ID!) { o: order(shop: $shop) { before: previous { remark: note } } }',
      data: { o: { before: { remark: null } } },
      errors: [['o', 'before', 'remark']],
    }),
    oneEvent('a field of the event that may not be null fails', {
      on: ['order', order('o1', { number: failed('no number') })],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { id number } }',
      data: null,
      errors: [['order', 'number']],
    }),
    oneEvent('the event itself is an error', {
      on: ['maybeOrder', failed('no event')],
      query: 'subscription ($shop: ID!) { maybeOrder(shop: $shop) { id customer { name } } }',
      data: { maybeOrder: null },
      errors: [['maybeOrder']],
    }),
    oneEvent('a field of an entity fails: its path in the whole response', {
      on: ['order', order('o1', { customer: { id: 'broken' } })],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { customer { name email } product { name } } }',
      data: { order: { customer: { name: 'name of broken', email: null }, product: { name: 'name of p1' } } },
      errors: [['order', 'customer', 'email']],
    }),
    oneEvent('a field of one entity of a list fails: the path has its place', {
      on: ['orders', [order('o1'), order('o2', { customer: { id: 'broken' } }), order('o3')]],
      query: 'subscription ($shop: ID!) { orders(shop: $shop) { customer { mail: email } } }',
      data: {
        orders: [
          { customer: { mail: 'ann@example.org' } },
          { customer: { mail: null } },
          { customer: { mail: 'ann@example.org' } },
        ],
      },
      errors: [['orders', 1, 'customer', 'mail']],
    }),
    oneEvent('a field of an entity that may not be null fails', {
      on: ['order', order('o1', { customer: { id: 'broken' } })],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { id customer { strictEmail } } }',
      data: { order: { id: 'o1', customer: null } },
      errors: 'some',
    }),
    oneEvent('an entity fails as a whole', {
      on: ['orders', [order('o1', { customer: { id: 'throws' } }), order('o2')]],
      query: 'subscription ($shop: ID!) { orders(shop: $shop) { customer { email } } }',
      data: { orders: [{ customer: { email: null } }, { customer: { email: 'ann@example.org' } }] },
      errors: 'some',
    }),
    oneEvent('errors of several subgraphs in one event', {
      on: ['order', order('o1', { note: failed('no note'), customer: { id: 'broken' }, product: { upc: 'broken' } })],
      query:
        'subscription ($shop: ID!) { order(shop: $shop) { note customer { email } product { nickname inStock } } }',
      data: { order: { note: null, customer: { email: null }, product: { nickname: null, inStock: 5 } } },
      errors: [
        ['order', 'note'],
        ['order', 'customer', 'email'],
        ['order', 'product', 'nickname'],
      ],
    }),
    brokenSubgraph('a subgraph answers 500, and then is well again', { how: 'status', status: 500 }),
    brokenSubgraph('a subgraph answers with something that is no JSON', { how: 'body', body: '<html>Oops</html>' }),
    brokenSubgraph('a subgraph answers with JSON that is no GraphQL result', { how: 'body', body: '{"a":1}' }),
    brokenSubgraph('a subgraph answers with errors and no data', {
      how: 'body',
      body: '{"errors":[{"message":"Busy."}]}',
    }),
    brokenSubgraph('a subgraph breaks its connections', { how: 'reset' }),
    {
      title: 'the subgraph of a @requires is broken: what depends on it is null, with an error',
      async run(world) {
        const stream = await world.open(
          'order',
          'subscription ($shop: ID!) { order(shop: $shop) { id product { upc shipping } } }',
        )
        world.subgraphs.products.answer({ how: 'status', status: 503 })
        world.emit('order', order('o1'))
        await arrived(world.eventually, stream, 1)
        // Some ask with a null in its place: that answer is the subgraph's own.
        const { data, errors = [] } = stream.results[0] ?? {}
        ok(errors.length > 0, `There is no error: ${JSON.stringify(stream.results)}`)
        if (data?.order?.product) deepStrictEqual(data.order.product, { upc: 'p1', shipping: -1 })
        else deepStrictEqual(data, { order: { id: 'o1', product: null } })
      },
    },
    {
      title: 'a subgraph that is away: each event says so, until it is back',
      needs: 'network',
      async run(world) {
        const stream = await world.open(
          'order',
          'subscription ($shop: ID!) { order(shop: $shop) { product { upc inStock } } }',
        )
        const result = (inStock: number | null) => ({ order: { product: { upc: 'p1', inStock } } })
        await world.subgraphs.stock.stop()
        for (const count of [1, 2]) {
          world.emit('order', order('o1'))
          await arrived(world.eventually, stream, count)
        }
        await world.subgraphs.stock.start()
        world.emit('order', order('o1'))
        await expectResults(world, stream, [
          { data: result(null), errors: 'some' },
          { data: result(null), errors: 'some' },
          { data: result(5) },
        ])
      },
    },
    {
      title: 'a subgraph that never answers costs its fields, once its time is over',
      needs: 'subgraphTimeoutMs',
      async run(world) {
        const stream = await world.open(
          'order',
          'subscription ($shop: ID!) { order(shop: $shop) { product { upc inStock } } }',
        )
        world.subgraphs.stock.answer({ how: 'hang' })
        world.emit('order', order('o1'))
        await arrived(world.eventually, stream, 1)
        world.subgraphs.stock.answer({ how: 'normally' })
        world.emit('order', order('o1'))
        await expectResults(world, stream, [
          { data: { order: { product: { upc: 'p1', inStock: null } } }, errors: 'some' },
          { data: { order: { product: { upc: 'p1', inStock: 5 } } } },
        ])
      },
    },
    {
      title: 'a subgraph refuses to open a stream: the client is told, and nothing else ends',
      async run(world) {
        const other = await world.open('tick', 'subscription ($shop: ID!) { tick(shop: $shop) { n } }')
        const refused = await world.subscribe('subscription ($shop: ID!) { refused(shop: $shop) { n } }')
        await expectRefused(world, refused)
        world.emit('tick', tick(1))
        await expectResults(world, other, [{ data: { tick: { n: 1 } } }])
      },
    },
    {
      title: 'a stream breaks inside the subgraph: what came before is delivered, then the client is told',
      async run(world) {
        const stream = await world.open(
          'order',
          'subscription ($shop: ID!) { order(shop: $shop) { id customer { name } } }',
        )
        world.emit('order', order('o1'))
        world.subgraphs.orders.fail('order', world.shop, failed('the cable broke'))
        await world.eventually(() => {
          if (!stream.ended()) throw new Error('It goes on.')
        })
        expectResult(stream.results[0], { data: { order: { id: 'o1', customer: { name: 'name of ann' } } } })
        const ended = stream.ended()
        const told =
          ended?.how === 'errors' || ended?.how === 'closed' || stream.results.some((result) => result.errors)
        ok(told, `It ended as if all were well: ${JSON.stringify(ended)}`)
      },
    },
    {
      title: 'a code that a subgraph gives an error reaches the client',
      optional: true,
      async run(world) {
        const stream = await world.open('order', 'subscription ($shop: ID!) { order(shop: $shop) { note } }')
        world.emit('order', order('o1', { note: failed('no note', { code: 'NOTE_LOST' }) }))
        await arrived(world.eventually, stream, 1)
        deepStrictEqual(stream.results[0]?.errors?.[0]?.extensions?.['code'], 'NOTE_LOST')
      },
    },
    {
      title: 'a stack trace that a subgraph gives away does not reach the client',
      optional: true,
      async run(world) {
        const stream = await world.open('order', 'subscription ($shop: ID!) { order(shop: $shop) { note } }')
        const stacktrace = ['Error: no note', 'at secrets.ts:7']
        world.emit(
          'order',
          order('o1', { note: failed('no note', { code: 'X', stacktrace, exception: { stacktrace } }) }),
        )
        await arrived(world.eventually, stream, 1)
        ok(stream.results[0]?.errors)
        ok(!JSON.stringify(stream.results).includes('secrets.ts'), JSON.stringify(stream.results))
      },
    },
    {
      title: 'every error has a message and a list of them is never empty',
      async run(world) {
        const stream = await world.open(
          'order',
          'subscription ($shop: ID!) { order(shop: $shop) { id note customer { email } } }',
        )
        world.emit('order', order('o1', { note: failed('no note'), customer: { id: 'broken' } }))
        world.emit('order', order('o2'))
        await arrived(world.eventually, stream, 2)
        for (const error of stream.results[0]?.errors ?? []) match(error.message, /\S/)
        deepStrictEqual('errors' in (stream.results[1] ?? {}), false)
      },
    },
  ],
}
