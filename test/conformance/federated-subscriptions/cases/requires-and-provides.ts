import { deepStrictEqual } from 'node:assert'
import { expectResults, type Concern } from '../world.ts'
import { oneEvent, order } from './shapes.ts'

const lines = [
  { quantity: 2, product: { upc: 'a' } },
  { quantity: 3, product: { upc: 'b' } },
]

/** @requires, @provides and what they do to an event's own selection. */
export const requiresAndProvides: Concern = {
  name: '@requires, @provides',
  cases: [
    oneEvent('@requires a field of another subgraph, which is not shown', {
      on: ['order', order('o1')],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { product { shipping } } }',
      data: { order: { product: { shipping: 20 } } },
    }),
    oneEvent('@requires a field that the client asks for too, under another name', {
      on: ['order', order('o1')],
      query:
        'subscription ($shop: ID!) { order(shop: $shop) { product { weight grams: weight shipping cost: shipping } } }',
      data: { order: { product: { weight: 10, grams: 10, shipping: 20, cost: 20 } } },
    }),
    oneEvent('@requires fields of an object', {
      on: ['order', order('o1')],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { product { volume size { height } } } }',
      data: { order: { product: { volume: 12, size: { height: 4 } } } },
    }),
    oneEvent('@requires a field with an argument', {
      on: ['order', order('o1')],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { product { dollars } } }',
      data: { order: { product: { dollars: '$110' } } },
    }),
    oneEvent("@requires a field with an argument, and the client's own call of it has another", {
      on: ['order', order('o1')],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { product { price dollars } } }',
      data: { order: { product: { price: 100, dollars: '$110' } } },
    }),
    oneEvent("the same with the client's argument in a variable, beside an alias", {
      on: ['order', order('o1')],
      query:
        'subscription ($shop: ID!, $c: Currency = EUR) { order(shop: $shop) { product { dollars price(currency: $c) usd: price(currency: USD) } } }',
      data: { order: { product: { dollars: '$110', price: 100, usd: 110 } } },
    }),
    oneEvent('@requires what is itself computed from a third subgraph', {
      on: ['order', order('o1')],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { product { deliveryPrice } } }',
      data: { order: { product: { deliveryPrice: 21 } } },
    }),
    oneEvent('@requires of something that is null', {
      on: ['order', order('o1', { product: { upc: 'weightless' } })],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { product { weight shipping } } }',
      data: { order: { product: { weight: null, shipping: -1 } } },
    }),
    oneEvent('@requires what only the event itself has', {
      on: ['order', order('o1', { lines })],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { id pieces } }',
      data: { order: { id: 'o1', pieces: 5 } },
    }),
    oneEvent('the same beside a selection of it by the client', {
      on: ['order', order('o1', { lines })],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { pieces lines { q: quantity product { name } } } }',
      data: {
        order: {
          pieces: 5,
          lines: [
            { q: 2, product: { name: 'name of a' } },
            { q: 3, product: { name: 'name of b' } },
          ],
        },
      },
    }),
    oneEvent('@requires for each of a list', {
      on: [
        'orders',
        [order('o1', { lines }), order('o2', { lines: [{ quantity: 1, product: { upc: 'weightless-1' } }] })],
      ],
      query: 'subscription ($shop: ID!) { orders(shop: $shop) { lines { product { shipping } } } }',
      data: {
        orders: [
          { lines: [{ product: { shipping: 20 } }, { product: { shipping: 20 } }] },
          { lines: [{ product: { shipping: -1 } }] },
        ],
      },
    }),
    oneEvent('@requires under a directive that leaves it out', {
      on: ['order', order('o1')],
      query:
        'subscription ($shop: ID!, $no: Boolean!) { order(shop: $shop) { product { name shipping @include(if: $no) } } }',
      variables: { no: false },
      data: { order: { product: { name: 'name of p1' } } },
    }),
    {
      title: '@provides: what the event lends is taken from it',
      async run(world) {
        const stream = await world.open(
          'order',
          'subscription ($shop: ID!) { order(shop: $shop) { buyer { id name } } }',
        )
        world.emit('order', order('o1'))
        await expectResults(world, stream, [{ data: { order: { buyer: { id: 'ann', name: 'lent name' } } } }])
        deepStrictEqual(world.subgraphs.customers.requests.length, 0)
      },
    },
    oneEvent('@provides: what the event does not lend comes from its owner', {
      on: ['order', order('o1')],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { buyer { email } } }',
      data: { order: { buyer: { email: 'ann@example.org' } } },
    }),
    oneEvent('@provides of a field of an object', {
      on: ['order', order('o1', { lent: { upc: 'p1', size: { width: 77 } } })],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { lent { size { width } } } }',
      data: { order: { lent: { size: { width: 77 } } } },
    }),
  ],
}
