import { composeServices } from '@apollo/composition'
import { Kind, parse, type ExecutionResult } from 'graphql'
import { planAndCompile } from '../operations/operation-cache.ts'
import type { Outgoing } from '../subgraphs/outgoing.ts'
import { resolvableKeysFirst } from './keys.ts'
import type { Scope } from '../subgraphs/scope.ts'
import { loadSupergraph } from './supergraph.ts'

const FED = 'url: "https://specs.apollo.dev/federation/v2.7"'
const scope: Scope = { context: null, requestId: '', forwarded: {}, signal: new AbortController().signal }

test('a @requires returns to its subgraph by a key that the subgraph resolves, in any order of the keys', async () => {
  const { supergraphSdl } = composeServices([
    {
      name: 'shop',
      typeDefs: parse(`
        extend schema @link(${FED}, import: ["@key", "@requires", "@external"])
        type Query { item: Item }
        type Item @key(fields: "code", resolvable: false) @key(fields: "id") {
          id: ID!  code: ID!  weight: Int! @external  shipping: Int! @requires(fields: "weight")
        }`),
    },
    {
      name: 'catalog',
      typeDefs: parse(`
        extend schema @link(${FED}, import: ["@key"])
        type Item @key(fields: "id") { id: ID!  weight: Int! }`),
    },
  ])
  const supergraph = loadSupergraph(supergraphSdl ?? '')
  const { document, operation } = read('{ item { shipping } }')
  const asked: unknown[] = []
  const answers: Record<string, (request: Outgoing) => ExecutionResult> = {
    catalog: () => ({ data: { _entities: [{ weight: 3 }] } }),
    shop({ variables }) {
      const representations = variables?.['representations'] as Record<string, unknown>[] | undefined
      if (!representations) return { data: { item: { __typename: 'Item', id: '1', code: 'one' } } }
      asked.push(...representations)
      return {
        data: { _entities: representations.map(({ id, weight }) => (id ? { shipping: Number(weight) * 2 } : null)) },
      }
    },
  }
  const compiled = planAndCompile(supergraph, document, operation, {
    get: (name) => ({
      execute: async (request) => answers[name]?.(request) ?? {},
      subscribe: () => {
        throw new Error('Nothing is subscribed to here.')
      },
    }),
  })

  expect(await compiled.execute({}, scope)).toEqual({ data: { item: { shipping: 6 } } })
  expect(asked).toEqual([{ __typename: 'Item', id: '1', weight: 3 }])
})

test('keys change places within their subgraph only, and no other directive does', () => {
  const given = `type T @join__type(graph: A, key: "a", resolvable: false) @x(n: 1) @join__type(graph: B, key: "b")
    @join__type(graph: A, key: "c", resolvable: true) @x(n: 2) @join__type(graph: A, key: "d") @x(n: 3) { a: ID }`
  const wanted = `type T @join__type(graph: A, key: "c", resolvable: true) @x(n: 1) @join__type(graph: B, key: "b")
    @join__type(graph: A, key: "d") @x(n: 2) @join__type(graph: A, key: "a", resolvable: false) @x(n: 3) { a: ID }`
  const { definitions } = resolvableKeysFirst(parse(given, { noLocation: true }))
  expect(definitions).toEqual(parse(wanted, { noLocation: true }).definitions)
})

function read(query: string) {
  const document = parse(query)
  const [operation] = document.definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('There is no operation.')
  return { document, operation }
}
