import { deepStrictEqual } from 'node:assert'
import { arrived, type Concern } from '../world.ts'
import { oneEvent, order, tick } from './shapes.ts'

/** What a document may say, where one subgraph knows all of it. */
export const operations: Concern = {
  name: 'operations',
  cases: [
    oneEvent('fields with and without arguments', {
      on: ['tick', tick(7)],
      query: 'subscription ($shop: ID!) { tick(shop: $shop) { n maybe label sum(of: [1, 2, 3]) unit } }',
      data: { tick: { n: 7, maybe: null, label: 'n7', sum: 6, unit: 'PIECE' } },
    }),
    oneEvent('aliases, of the root field too, and one field twice with different arguments', {
      on: ['tick', tick(7)],
      query:
        'subscription ($shop: ID!) { t: tick(shop: $shop) { number: n a: label(prefix: "a") b: label(prefix: "b") } }',
      data: { t: { number: 7, a: 'a7', b: 'b7' } },
    }),
    oneEvent('an anonymous operation with literal arguments and strings that need escapes', {
      on: ['tick', tick(7)],
      query: 'subscription Q($shop: ID!) { tick(shop: $shop) { label(prefix: "\\"ü🏃\\\\\\n") } }',
      data: { tick: { label: '"ü🏃\\\n7' } },
    }),
    oneEvent('the operation that is named, of several', {
      on: ['tick', tick(7)],
      query: `
        query A { orders { id } }
        subscription B($shop: ID!) { tick(shop: $shop) { n } }
        subscription C($shop: ID!) { maybeOrder(shop: $shop) { id } }
      `,
      operationName: 'B',
      data: { tick: { n: 7 } },
    }),
    oneEvent('__typename below the root, under aliases', {
      on: ['order', order('o1', { lines: [{ quantity: 1, product: { upc: 'p1' } }] })],
      query:
        'subscription ($shop: ID!) { order(shop: $shop) { __typename kind: __typename lines { __typename product { type: __typename } } } }',
      data: {
        order: {
          __typename: 'Order',
          kind: 'Order',
          lines: [{ __typename: 'Line', product: { type: 'Product' } }],
        },
      },
    }),
    oneEvent('named fragments in fragments, and the same one in two places', {
      on: ['order', order('o1', { previous: order('o0') })],
      query: `
        subscription ($shop: ID!) { order(shop: $shop) { ...Whole previous { ...Whole } } }
        fragment Whole on Order { id ...Rest }
        fragment Rest on Order { number }
      `,
      data: { order: { id: 'o1', number: 1, previous: { id: 'o0', number: 1 } } },
    }),
    oneEvent('the root field in a fragment', {
      on: ['tick', tick(7)],
      query:
        'subscription ($shop: ID!) { ...Root } fragment Root on Subscription { ... on Subscription { tick(shop: $shop) { n } } }',
      data: { tick: { n: 7 } },
    }),
    oneEvent('inline fragments with and without a type', {
      on: ['tick', tick(7)],
      query: 'subscription ($shop: ID!) { tick(shop: $shop) { ... { n } ... on Tick { label } } }',
      data: { tick: { n: 7, label: 'n7' } },
    }),
    oneEvent('selections of one field in several places are merged', {
      on: ['order', order('o1', { previous: order('o0') })],
      query: `
        subscription ($shop: ID!) { order(shop: $shop) { previous { id } ...More } order(shop: $shop) { note } }
        fragment More on Order { previous { number } }
      `,
      data: { order: { previous: { id: 'o0', number: 1 }, note: 'note of o1' } },
    }),
    oneEvent('@include and @skip with variables that are true', {
      on: ['tick', tick(7)],
      query: `subscription ($shop: ID!, $yes: Boolean!) {
        tick(shop: $shop) { n @include(if: $yes) maybe @skip(if: $yes) ... @include(if: $yes) { label } ...F @skip(if: $yes) }
      } fragment F on Tick { unit }`,
      variables: { yes: true },
      data: { tick: { n: 7, label: 'n7' } },
    }),
    oneEvent('@include and @skip with variables that are false', {
      on: ['tick', tick(7)],
      query: `subscription ($shop: ID!, $yes: Boolean!) {
        tick(shop: $shop) { n @include(if: $yes) maybe @skip(if: $yes) ... @include(if: $yes) { label } ...F @skip(if: $yes) }
      } fragment F on Tick { unit }`,
      variables: { yes: false },
      data: { tick: { maybe: null, unit: 'PIECE' } },
    }),
    oneEvent('both directives on one field, and a field both left out and asked for', {
      on: ['tick', tick(7)],
      query: `subscription ($shop: ID!, $yes: Boolean!, $no: Boolean! = false) {
        tick(shop: $shop) { n label @include(if: $yes) @skip(if: $yes) maybe @skip(if: $yes) ... @include(if: $yes) { maybe } unit @include(if: $no) }
      }`,
      variables: { yes: true },
      data: { tick: { n: 7, maybe: null } },
    }),
    oneEvent('variables of every kind: lists, input objects with defaults of their own, enums', {
      on: ['tick', tick(7)],
      query:
        'subscription ($shop: ID!, $of: [Int!]!, $range: Range, $unit: Unit!) { tick(shop: $shop) { sum(of: $of) range(range: $range) unit(unit: $unit) } }',
      variables: { of: [4, 5], range: { from: 1, unit: 'DOZEN' }, unit: 'DOZEN' },
      data: { tick: { sum: 9, range: '1..9 DOZEN', unit: 'DOZEN' } },
    }),
    oneEvent('variables inside literals', {
      on: ['tick', tick(7)],
      query:
        'subscription ($shop: ID!, $one: Int!) { tick(shop: $shop) { sum(of: [$one, 1]) range(range: { from: $one, to: 3 }) } }',
      variables: { one: 5 },
      data: { tick: { sum: 6, range: '5..3 undefined' } },
    }),
    oneEvent('a default in the operation; null and nothing are not the same', {
      on: ['tick', tick(7)],
      query: `subscription ($shop: ID!, $a: String = "d", $b: Range = { from: 2 }, $none: Range) {
        tick(shop: $shop) { label(prefix: $a) range(range: $b) none: range(range: $none) null: range(range: null) }
      }`,
      data: { tick: { label: 'd7', range: '2..9 undefined', none: 'none', null: 'none' } },
    }),
    oneEvent('one value in place of a list', {
      on: ['tick', tick(7)],
      query: 'subscription ($shop: ID!, $of: [Int!]!) { tick(shop: $shop) { sum(of: $of) one: sum(of: 3) } }',
      variables: { of: 8 },
      data: { tick: { sum: 8, one: 3 } },
    }),
    oneEvent('a list of lists, an empty one and an empty list of objects', {
      on: ['tick', tick(7, { matrix: [[1, 2], [], [3]], order: order('o1') })],
      query: 'subscription ($shop: ID!) { tick(shop: $shop) { matrix order { lines { quantity } } } }',
      data: { tick: { matrix: [[1, 2], [], [3]], order: { lines: [] } } },
    }),
    {
      title: 'fields stand in the order in which they were asked for',
      async run(world) {
        const stream = await world.open(
          'order',
          `subscription ($shop: ID!) {
            order(shop: $shop) { note customer { email name } id product { inStock name upc } ... on Order { number } }
          }`,
        )
        world.emit('order', order('o1'))
        await arrived(world.eventually, stream, 1)
        const { order: got } = stream.results[0]?.data as { order: { customer: object; product: object } }
        deepStrictEqual(Object.keys(got), ['note', 'customer', 'id', 'product', 'number'])
        deepStrictEqual(Object.keys(got.customer), ['email', 'name'])
        deepStrictEqual(Object.keys(got.product), ['inStock', 'name', 'upc'])
      },
    },
  ],
}
