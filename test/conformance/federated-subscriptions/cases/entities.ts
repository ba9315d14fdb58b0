import { deepStrictEqual } from 'node:assert'
import { expectResults, type Concern } from '../world.ts'
import { oneEvent, order } from './shapes.ts'

/** What lies with other subgraphs, fetched for each event: alone, in lists, in parallel and in sequence. */
export const entities: Concern = {
  name: 'entities',
  cases: [
    oneEvent('fields of an entity that another subgraph has, under aliases', {
      on: ['order', order('o1')],
      query: 'subscription ($shop: ID!) { o: order(shop: $shop) { id who: customer { called: name mail: email } } }',
      data: { o: { id: 'o1', who: { called: 'name of ann', mail: 'ann@example.org' } } },
    }),
    oneEvent('keys that the client did not ask for are not shown, those that it did are', {
      on: ['order', order('o1')],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { customer { name } product { upc name } } }',
      data: { order: { customer: { name: 'name of ann' }, product: { upc: 'p1', name: 'name of p1' } } },
    }),
    oneEvent('an entity at the root', {
      on: ['product', { upc: 'p9' }],
      query: 'subscription ($shop: ID!) { product(shop: $shop) { name inStock } }',
      data: { product: { name: 'name of p9', inStock: 5 } },
    }),
    oneEvent('several subgraphs beside each other', {
      on: ['order', order('o1')],
      query:
        'subscription ($shop: ID!) { order(shop: $shop) { customer { name } product { name inStock } origin { city hours } } }',
      data: {
        order: {
          customer: { name: 'name of ann' },
          product: { name: 'name of p1', inStock: 5 },
          origin: { city: 'Bonn', hours: 'hours of Bonn DE' },
        },
      },
    }),
    oneEvent('one subgraph after the other: an entity of an entity of an entity', {
      on: ['order', order('o1')],
      query:
        'subscription ($shop: ID!) { order(shop: $shop) { customer { favourite { name inStock maker { name rating } } } } }',
      data: {
        order: {
          customer: {
            favourite: {
              name: 'name of favourite-of-ann',
              inStock: 5,
              maker: { name: 'maker m-favourite-of-ann', rating: 3 },
            },
          },
        },
      },
    }),
    oneEvent('a list of entities at the root, and lists in it', {
      on: [
        'orders',
        [
          order('o1', { lines: [{ quantity: 2, product: { upc: 'a' } }] }),
          order('o2', {
            customer: { id: 'bob' },
            lines: [
              { quantity: 3, product: { upc: 'b' } },
              { quantity: 4, product: { upc: 'a' } },
            ],
          }),
        ],
      ],
      query:
        'subscription ($shop: ID!) { orders(shop: $shop) { customer { name } lines { quantity product { name } } } }',
      data: {
        orders: [
          { customer: { name: 'name of ann' }, lines: [{ quantity: 2, product: { name: 'name of a' } }] },
          {
            customer: { name: 'name of bob' },
            lines: [
              { quantity: 3, product: { name: 'name of b' } },
              { quantity: 4, product: { name: 'name of a' } },
            ],
          },
        ],
      },
    }),
    oneEvent('lists of entities that another subgraph gives, and their entities', {
      on: ['order', order('o1')],
      query:
        'subscription ($shop: ID!) { order(shop: $shop) { customer { friends { name friends(first: 1) { favourite { name } } } } } }',
      data: {
        order: {
          customer: {
            friends: [1, 2].map((n) => ({
              name: `name of ann.${n}`,
              friends: [{ favourite: { name: `name of favourite-of-ann.${n}.1` } }],
            })),
          },
        },
      },
    }),
    oneEvent('an empty list of entities', {
      on: ['orders', []],
      query: 'subscription ($shop: ID!) { orders(shop: $shop) { customer { name } } }',
      data: { orders: [] },
    }),
    oneEvent('a compound key', {
      on: ['order', order('o1', { origin: { city: 'Lyon', country: { code: 'FR' } } })],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { origin { hours } } }',
      data: { order: { origin: { hours: 'hours of Lyon FR' } } },
    }),
    oneEvent('a key that a third subgraph must translate first', {
      on: ['order', order('o1')],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { product { rating } } }',
      data: { order: { product: { rating: 4 } } },
    }),
    oneEvent('one entity in two places, asked for different things', {
      on: ['order', order('o1', { previous: order('o0', { strictCustomer: { id: 'bob' } }) })],
      query: `subscription ($shop: ID!) {
        order(shop: $shop) { customer { name } strictCustomer { email } previous { customer { email } strictCustomer { name } } }
      }`,
      data: {
        order: {
          customer: { name: 'name of ann' },
          strictCustomer: { email: 'ann@example.org' },
          previous: { customer: { email: 'ann@example.org' }, strictCustomer: { name: 'name of bob' } },
        },
      },
    }),
    oneEvent('variables, defaults and enums in what other subgraphs are asked', {
      on: ['order', order('o1')],
      query: `subscription ($shop: ID!, $first: Int!, $word: String = "Hi", $tone: Tone, $currency: Currency) {
        order(shop: $shop) {
          customer { greeting(word: $word, tone: $tone) default: greeting friends(first: $first) { name } }
          product { price(currency: $currency) }
        }
      }`,
      variables: { first: 1, tone: 'COLD', currency: 'USD' },
      data: {
        order: {
          customer: { greeting: 'Hi ann (COLD)', default: 'Hello ann', friends: [{ name: 'name of ann.1' }] },
          product: { price: 110 },
        },
      },
    }),
    oneEvent("a client's variable that is called `representations`", {
      on: ['order', order('o1')],
      query:
        'subscription ($shop: ID!, $representations: String!) { order(shop: $shop) { customer { greeting(word: $representations) } } }',
      variables: { representations: 'Ahoi' },
      data: { order: { customer: { greeting: 'Ahoi ann' } } },
    }),
    oneEvent('one field of an entity twice with different arguments', {
      on: ['order', order('o1')],
      query: `subscription ($shop: ID!) {
        order(shop: $shop) { product { price dollar: price(currency: USD) } customer { a: friends(first: 1) { name } b: friends(first: 0) { name } } }
      }`,
      data: {
        order: { product: { price: 100, dollar: 110 }, customer: { a: [{ name: 'name of ann.1' }], b: [] } },
      },
    }),
    oneEvent('directives with variables on entities and on their fields', {
      on: ['order', order('o1')],
      query: `subscription ($shop: ID!, $yes: Boolean!, $no: Boolean!) {
        order(shop: $shop) {
          id
          customer @include(if: $no) { name }
          product @skip(if: $no) { name @skip(if: $yes) inStock @include(if: $yes) ... @include(if: $no) { weight } }
          ...Origin @include(if: $yes)
        }
      } fragment Origin on Order { origin { hours @include(if: $yes) city @skip(if: $yes) } }`,
      variables: { yes: true, no: false },
      data: { order: { id: 'o1', product: { inStock: 5 }, origin: { hours: 'hours of Bonn DE' } } },
    }),
    oneEvent('fragments that span subgraphs', {
      on: ['order', order('o1')],
      query: `
        subscription ($shop: ID!) { order(shop: $shop) { customer { ...C } ...P } }
        fragment C on Customer { name favourite { ...Q } }
        fragment P on Order { product { ...Q ... on Product { inStock } } }
        fragment Q on Product { name }
      `,
      data: {
        order: {
          customer: { name: 'name of ann', favourite: { name: 'name of favourite-of-ann' } },
          product: { name: 'name of p1', inStock: 5 },
        },
      },
    }),
    {
      title: 'two events about the same entity do not mix',
      async run(world) {
        const stream = await world.open(
          'order',
          'subscription ($shop: ID!) { order(shop: $shop) { id note customer { name } product { upc name } } }',
        )
        const expected = (note: string | null, who: string, upc: string) => ({
          data: {
            order: { id: 'o1', note, customer: { name: `name of ${who}` }, product: { upc, name: `name of ${upc}` } },
          },
        })
        world.emit('order', order('o1', { note: 'first' }))
        world.emit('order', order('o1', { note: null, customer: { id: 'bob' }, product: { upc: 'p2' } }))
        world.emit('order', order('o1', { note: 'third', product: { upc: 'p3' } }))
        await expectResults(world, stream, [
          expected('first', 'ann', 'p1'),
          expected(null, 'bob', 'p2'),
          expected('third', 'ann', 'p3'),
        ])
      },
    },
    {
      title: 'a list of entities is asked for in one request',
      optional: true,
      async run(world) {
        const stream = await world.open(
          'orders',
          'subscription ($shop: ID!) { orders(shop: $shop) { customer { name } } }',
        )
        const ids = ['ann', 'bob', 'cid', 'ann']
        world.emit(
          'orders',
          ids.map((id) => order(`o-${id}`, { customer: { id } })),
        )
        await expectResults(world, stream, [
          { data: { orders: ids.map((id) => ({ customer: { name: `name of ${id}` } })) } },
        ])
        deepStrictEqual(world.subgraphs.customers.requests.length, 1)
      },
    },
    {
      title: 'nobody is asked about what the directives leave out, or about a null',
      optional: true,
      async run(world) {
        const stream = await world.open(
          'order',
          'subscription ($shop: ID!, $no: Boolean!) { order(shop: $shop) { id customer @include(if: $no) { name } product { name } } }',
          { variables: { no: false } },
        )
        world.emit('order', order('o1', { product: null }))
        await expectResults(world, stream, [{ data: { order: { id: 'o1', product: null } } }])
        const { customers, products } = world.subgraphs
        deepStrictEqual([customers.requests.length, products.requests.length], [0, 0])
      },
    },
  ],
}
