import { composeServices } from '@apollo/composition'
import { Kind, parse, type ExecutionResult } from 'graphql'
import { planAndCompile } from '../operations/operation-cache.ts'
import type { Outgoing } from '../subgraphs/outgoing.ts'
import { makePlanCache } from './plan-cache.ts'
import type { Scope } from '../subgraphs/scope.ts'
import { loadSupergraph } from '../supergraph/supergraph.ts'

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@requires", "@external"])'
const { supergraphSdl } = composeServices([
  {
    name: 'stock',
    typeDefs: parse(`${link}
      type Query { lowest: Item }
      type Subscription { sold: Item }
      type Item @key(fields: "id") {
        id: ID!  amount: Int
        weight: Int @external  size: Int @external
        shipping: Int @requires(fields: "weight")  volume: Int @requires(fields: "size")
      }`),
  },
  {
    name: 'catalog',
    typeDefs: parse(`${link}
      type Item @key(fields: "id") { id: ID!  weight: Int  size: Int }`),
  },
])
const supergraph = loadSupergraph(supergraphSdl ?? '')
const scope: Scope = { context: null, requestId: '', forwarded: {}, signal: new AbortController().signal }

test('what a @requires asks for under a condition is missed by nothing beside it', async () => {
  const { document, operation } = read(`query ($all: Boolean!) {
    it: lowest { amount }  ... @include(if: $all) { it: lowest { shipping } }  it: lowest { volume }
  }`)
  const answers: Record<string, (request: Outgoing) => ExecutionResult> = {
    catalog: ({ query }) => ({ data: { _entities: [{ size: 2, ...(query.includes('weight') && { weight: 3 }) }] } }),
    stock({ query, variables }) {
      if (!variables?.['representations']) return { data: { it: { __typename: 'Item', id: '1', amount: 5 } } }
      const [{ weight, size }] = variables['representations'] as [Record<string, number>]
      const shipping = query.includes('shipping') ? { shipping: weight } : {}
      return { data: { _entities: [{ volume: size, ...shipping }] } }
    },
  }
  const { execute } = planAndCompile(supergraph, document, operation, {
    get: (name) => ({
      execute: async (request) => answers[name]?.(request) ?? {},
      subscribe: () => {
        throw new Error('Nothing is subscribed to here.')
      },
    }),
  })

  expect(await execute({ all: false }, scope)).toEqual({ data: { it: { amount: 5, volume: 2 } } })
  expect(await execute({ all: true }, scope)).toEqual({ data: { it: { amount: 5, volume: 2, shipping: 3 } } })
  expect(await execute({ all: null }, scope)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
})

test('a subscription with a @requires and conditions has a plan for each of their values, another one for all', () => {
  const plans = makePlanCache({ grew: () => {} })
  const plan = ({ document, operation }: ReturnType<typeof read>, all: boolean) =>
    plans.get(supergraph, document, operation).plan({ all })
  const asked = read('subscription ($all: Boolean!) { sold { amount volume ... @include(if: $all) { shipping } } }')
  expect(JSON.stringify(plan(asked, true).rest)).toMatch(/weight.*shipping/)
  expect(JSON.stringify(plan(asked, false).rest)).not.toMatch(/weight|shipping/)
  expect(plan(asked, true)).toBe(plan(asked, true))
  const plain = read('subscription ($all: Boolean!) { sold { id amount @include(if: $all) } }')
  expect(plan(plain, true)).toBe(plan(plain, false))
})

function read(query: string) {
  const document = parse(query)
  const [operation] = document.definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('There is no operation.')
  return { document, operation }
}
