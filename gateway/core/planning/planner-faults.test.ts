import { composeServices } from '@apollo/composition'
import { operationFromDocument, Supergraph } from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import { parse } from 'graphql'

/**
 * Apollo's planner asked directly, without our workarounds. Each test shows a fault of the planner that the gateway works around: it
 * fails as soon as the planner is mended, and its name says which workaround can then be removed. The peer ranges of
 * package.json stay within the versions for which these tests pass.
 */

const link = (...names: string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ${JSON.stringify(['@key', ...names])})\n`

/** The plan of Apollo's planner, as JSON. */
function plan(subgraphs: Readonly<Record<string, string>>, query: string): string {
  const services = Object.entries(subgraphs).map(([name, sdl]) => ({ name, typeDefs: parse(sdl) }))
  const { supergraphSdl, errors } = composeServices(services)
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'))
  const supergraph = Supergraph.build(supergraphSdl)
  const operation = operationFromDocument(supergraph.apiSchema(), parse(query))
  return JSON.stringify(new QueryPlanner(supergraph).buildQueryPlan(operation).node)
}

test('supergraph/keys.ts: a fetch for a @requires goes back to its subgraph by a key that is not resolvable', () => {
  const planned = plan(
    {
      shop: `${link('@requires', '@external')}
        type Query { item: Item }
        type Item @key(fields: "code", resolvable: false) @key(fields: "id") {
          id: ID!  code: ID!  weight: Int! @external  shipping: Int! @requires(fields: "weight")
        }`,
      catalog: `${link()} type Item @key(fields: "id") { id: ID!  weight: Int! }`,
    },
    '{ item { shipping } }',
  )
  const fetches = [...planned.matchAll(/"requires":(\[.*?\]),"variableUsages/g)].map(([, requires]) => requires ?? '')
  const back = fetches.find((requires) => requires.includes('"weight"'))
  expect(back).toContain('"code"')
  expect(back).not.toContain('"id"')
})

const STOCK = {
  stock: `${link('@requires', '@external')}
    type Query { lowest: Item }
    type Subscription { sold: Item }
    type Item @key(fields: "id") {
      id: ID!  amount: Int
      weight: Int @external  size: Int @external  notes(limit: Int): [String] @external
      shipping: Int @requires(fields: "weight")  volume: Int @requires(fields: "size")
      first: String @requires(fields: "notes(limit: 1)")  many: String @requires(fields: "notes(limit: 9)")
    }`,
  catalog: `${link()} type Item @key(fields: "id") { id: ID!  weight: Int  size: Int  notes(limit: Int): [String] }`,
}

test('planning/variants.ts: the fetch of what a @requires needs forgets the condition of the field', () => {
  const planned = plan(STOCK, 'query ($all: Boolean!) { lowest { amount ... @include(if: $all) { shipping } volume } }')
  expect(planned).toContain('...on Item@include(if:$all){weight}')
  expect(planned).toContain('{...on Item{volume shipping}}')
})

test('planning/conflicts.ts: two @requires with different arguments are fetched under one name', () => {
  const planned = plan(STOCK, '{ lowest { first many } }')
  expect(planned).toContain('{...on Item{notes(limit:9)}}')
  expect(planned).not.toContain('limit:1')
})

test('planning/planned-document.ts: a field of the client and a @requires with other arguments share one name', () => {
  const planned = plan(STOCK, '{ lowest { notes(limit: 3) first } }')
  expect(planned).toContain('{...on Item{notes(limit:1)}}')
  expect(planned).not.toContain('limit:3')
})

test('planning/subscription-plan.ts: a condition at the root field of a subscription cannot be planned', () => {
  const conditional = 'subscription ($now: Boolean!) { sold @include(if: $now) { amount } }'
  expect(() => plan(STOCK, conditional)).toThrow('Unexpected top level PlanNode kind')
})
