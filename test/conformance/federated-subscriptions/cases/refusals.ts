import { deepStrictEqual } from 'node:assert'
import { expectRefused, expectResults, type Case, type Concern } from '../world.ts'
import { tick } from './shapes.ts'

/** Refused before anything is opened in a subgraph, with errors, while an operation that is right goes on. */
function refused(title: string, query: string, variables: Record<string, unknown> = {}, optional?: true): Case {
  return {
    title,
    ...(optional && { optional }),
    async run(world) {
      const right = await world.open('tick', 'subscription ($shop: ID!) { tick(shop: $shop) { n } }')
      const wrong = await world.subscribe(query, { variables })
      await expectRefused(world, wrong)
      deepStrictEqual(
        [world.openStreams('tick'), world.openStreams('order'), world.openStreams('maybeOrder')],
        [1, 0, 0],
      )
      world.emit('tick', tick(1))
      await expectResults(world, right, [{ data: { tick: { n: 1 } } }])
    },
  }
}

/** What no gateway can do, and says so before the stream opens; by the GraphQL specification, 5.2.3 and 6.2.3. */
export const refusals: Concern = {
  name: 'refusals',
  cases: [
    refused('a document that does not parse', 'subscription ($shop: ID!) { tick(shop: $shop) { n }'),
    refused('a field that does not exist', 'subscription ($shop: ID!) { tick(shop: $shop) { n nothing } }'),
    refused(
      'a field of another subgraph that does not exist',
      'subscription ($shop: ID!) { order(shop: $shop) { customer { nothing } } }',
    ),
    refused(
      'two root fields',
      'subscription ($shop: ID!) { order(shop: $shop) { id } maybeOrder(shop: $shop) { id } }',
    ),
    refused(
      'two root fields, one of them in a fragment',
      'subscription ($shop: ID!) { order(shop: $shop) { id } ...F } fragment F on Subscription { maybeOrder(shop: $shop) { id } }',
    ),
    refused('__typename as the only root field', 'subscription { __typename }'),
    refused('introspection as the root field', 'subscription { __schema { queryType { name } } }'),
    refused(
      'a directive that may leave out the root field',
      'subscription ($shop: ID!, $yes: Boolean!) { order(shop: $shop) @include(if: $yes) { id } }',
      { yes: true },
    ),
    refused(
      'the same on a fragment around it',
      'subscription ($shop: ID!, $yes: Boolean!) { ... @skip(if: $yes) { order(shop: $shop) { id } } }',
      { yes: true },
    ),
    refused(
      'a variable without a value',
      'subscription ($shop: ID!, $of: [Int!]!) { tick(shop: $shop) { sum(of: $of) } }',
    ),
    refused(
      'a variable of another type',
      'subscription ($shop: ID!, $n: Int!) { order(shop: $shop) { customer { friends(first: $n) { name } } } }',
      { n: 'three' },
    ),
    refused(
      'a variable that is null and may not be',
      'subscription ($shop: ID!, $u: Unit!) { tick(shop: $shop) { unit(unit: $u) } }',
      { u: null },
    ),
    refused(
      'fields that cannot be merged',
      'subscription ($shop: ID!) { order(shop: $shop) { customer { x: name } customer { x: email } } }',
    ),
    refused('no argument where one must be', 'subscription { order { id } }'),
  ],
}
