import { expectResults, type Concern } from '../world.ts'
import { oneEvent, order } from './shapes.ts'

/** What is null, and how far a null that may not be goes up; by the GraphQL specification, 6.4.4. */
export const nulls: Concern = {
  name: 'nulls',
  cases: [
    oneEvent('an event that is null', {
      on: ['maybeOrder', null],
      query: 'subscription ($shop: ID!) { maybeOrder(shop: $shop) { id customer { name } } }',
      data: { maybeOrder: null },
    }),
    oneEvent('nulls in a list', {
      on: ['sparseOrders', [order('o1'), null, order('o3', { customer: null })]],
      query: 'subscription ($shop: ID!) { sparseOrders(shop: $shop) { id customer { name } } }',
      data: {
        sparseOrders: [{ id: 'o1', customer: { name: 'name of ann' } }, null, { id: 'o3', customer: null }],
      },
    }),
    oneEvent('an entity that is null', {
      on: ['order', order('o1', { customer: null, origin: null })],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { customer { name } origin { hours } product { name } } }',
      data: { order: { customer: null, origin: null, product: { name: 'name of p1' } } },
    }),
    oneEvent('an entity that its subgraph does not find: a field that may be null', {
      on: ['order', order('o1', { customer: { id: 'gone' } })],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { customer { id email } product { name } } }',
      data: { order: { customer: { id: 'gone', email: null }, product: { name: 'name of p1' } } },
      errors: 'perhaps',
    }),
    oneEvent('an entity that its subgraph does not find: a field that may not makes its object null, with an error', {
      on: ['order', order('o1', { customer: { id: 'gone' } })],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { id customer { name } } }',
      data: { order: { id: 'o1', customer: null } },
      errors: 'some',
    }),
    oneEvent('a null that may not be goes up to the next place where it may', {
      on: ['order', order('o1', { previous: order('o0', { strictProduct: { upc: 'gone' } }) })],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { id previous { id strictProduct { name } } } }',
      data: { order: { id: 'o1', previous: null } },
      errors: 'some',
    }),
    {
      title: 'a null that goes up to the root makes the data null, and the stream goes on',
      async run(world) {
        const stream = await world.open(
          'order',
          'subscription ($shop: ID!) { order(shop: $shop) { id strictCustomer { name } } }',
        )
        world.emit('order', order('o1', { strictCustomer: { id: 'gone' } }))
        world.emit('order', order('o2'))
        await expectResults(world, stream, [
          { data: null, errors: 'some' },
          { data: { order: { id: 'o2', strictCustomer: { name: 'name of ann' } } } },
        ])
      },
    },
    oneEvent('one of a list of entities is not found: the others stay', {
      on: ['order', order('o1', { products: [{ upc: 'a' }, { upc: 'gone' }, null, { upc: 'b' }] })],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { products { upc nickname } } }',
      data: {
        order: {
          products: [
            { upc: 'a', nickname: 'nick of a' },
            { upc: 'gone', nickname: null },
            null,
            { upc: 'b', nickname: 'nick of b' },
          ],
        },
      },
      errors: 'perhaps',
    }),
    oneEvent('one of a list of entities is not found, and may not be null inside: its place is null', {
      on: ['order', order('o1', { products: [{ upc: 'a' }, { upc: 'gone' }, { upc: 'b' }] })],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { products { name } } }',
      data: { order: { products: [{ name: 'name of a' }, null, { name: 'name of b' }] } },
      errors: 'some',
    }),
    oneEvent('one of a list whose places may not be null takes the list with it', {
      on: ['order', order('o1', { previous: order('o0', { lines: [{ quantity: 1, product: { upc: 'gone' } }] }) })],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { id previous { lines { product { name } } } } }',
      data: { order: { id: 'o1', previous: null } },
      errors: 'some',
    }),
    oneEvent('what hangs on an entity that was not found is null too', {
      on: ['order', order('o1', { customer: { id: 'gone' } })],
      query: 'subscription ($shop: ID!) { order(shop: $shop) { customer { id favourite { name inStock } } } }',
      data: { order: { customer: { id: 'gone', favourite: null } } },
      errors: 'perhaps',
    }),
  ],
}
