import { composeServices } from '@apollo/composition'
import { parse, type ObjectTypeDefinitionNode } from 'graphql'
import { openGateway } from '../index.ts'
import { loadSupergraph } from './supergraph.ts'

function compose(sdl: string): string {
  const composed = composeServices([{ name: 'one-graph', url: 'http://one.invalid/', typeDefs: parse(sdl) }])
  if (!composed.supergraphSdl) throw new Error(composed.errors?.map(({ message }) => message).join('\n'))
  return composed.supergraphSdl
}

const FED = 'url: "https://specs.apollo.dev/federation/v2.7"'

test('a supergraph with security directives loads, and the policy sees where they stand', async () => {
  const supergraphSdl = compose(`
    extend schema @link(${FED}, import: ["@authenticated", "@requiresScopes", "@policy"])
    type Query {
      open: String
      mine: String @authenticated
      scoped: String @requiresScopes(scopes: [["read"]])
      ruled: String @policy(policies: [["owner"]])
    }
  `)
  expect(supergraphSdl).toContain('for: SECURITY')
  await using gateway = await openGateway<null>({
    supergraphSdl,
    subgraphs: () => ({ kind: 'remote', url: 'http://127.0.0.1:1/', wsUrl: 'ws://127.0.0.1:1/' }),
    authenticate: async () => null,
    identityOf: () => '',
  })
  const { api, supergraph } = gateway.schema()
  expect(Object.keys(api.getQueryType()?.getFields() ?? {})).toEqual(['open', 'mine', 'scoped', 'ruled'])
  const query = supergraph.getQueryType()?.astNode as ObjectTypeDefinitionNode
  const directives = query.fields?.map((field) => field.directives?.map(({ name }) => name.value))
  expect(directives).toEqual([[], ['authenticated'], ['requiresScopes'], ['policy']])
})

test.each([
  ['under its own name', 'import: ["@resumable"]', '@resumable'],
  ['renamed', 'import: [{ name: "@resumable", as: "@goesOn" }]', '@goesOn'],
  ['by the bare prefix', '', '@resumable'],
  ['by another prefix', 'as: "streams"', '@streams'],
])('@resumable is found by its link: %s', (_, imported, name) => {
  const { resumable } = loadSupergraph(
    compose(`
      extend schema
        @link(${FED}, import: ["@composeDirective"])
        @link(url: "https://example.org/resumable/v1.0" ${imported})
        @composeDirective(name: "${name}")
      directive ${name}(argument: String!, cursor: String!) on FIELD_DEFINITION
      type Query { x: String }
      type Subscription { events(since: String): Event! ${name}(argument: "since", cursor: "at")  others: Event! }
      type Event { at: String! }
    `),
  )
  expect([...resumable]).toEqual([['events', { argument: 'since', cursor: 'at' }]])
})

test('@snapshot is found by its link, on the root fields that have it', () => {
  const { snapshots } = loadSupergraph(
    compose(`
      extend schema
        @link(${FED}, import: ["@composeDirective"])
        @link(url: "https://example.org/stream/v1.0", import: [{ name: "@snapshot", as: "@wholeFirst" }])
        @composeDirective(name: "@wholeFirst")
      directive @wholeFirst on FIELD_DEFINITION
      type Query { x: String }
      type Subscription { state: String @wholeFirst  changes: String }
    `),
  )
  expect([...snapshots]).toEqual(['state'])
})

test('subgraphs have their names, the names in the enum and their addresses', () => {
  expect(loadSupergraph(compose(`extend schema @link(${FED}) type Query { x: String }`)).subgraphs).toEqual([
    { name: 'one-graph', graph: 'ONE_GRAPH', url: 'http://one.invalid/' },
  ])
})

test.each([
  ['nothing', ''],
  ['no GraphQL', '{{{'],
  ['a schema of no federation', 'type Query { x: String }'],
])('%s is not a supergraph', async (_, supergraphSdl) => {
  const opened = openGateway<null>({
    supergraphSdl,
    subgraphs: () => ({ kind: 'remote', url: 'http://127.0.0.1:1/', wsUrl: 'ws://127.0.0.1:1/' }),
    authenticate: async () => null,
    identityOf: () => '',
  })
  await expect(opened).rejects.toThrow()
})
