import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'
import { compose, composeParley } from '../schema/compose.ts'
import { startStandalone } from '../commands/standalone.ts'

const subgraph = (roots: string) => `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@authenticated", "@requiresScopes", "@policy"])
    @link(url: "https://specs.parley.dev/stream/v0.1", import: ["@public"])
    @composeDirective(name: "@public")
  directive @public on FIELD_DEFINITION
  ${roots}
`
const composed = (roots: string) => compose([{ name: 'weather', url: 'http://127.0.0.1:1/', sdl: subgraph(roots) }])

test('a root field says who may come in, one way or another, and the graph composes', () => {
  const sdl = composed(`
    type Query { forecast: String @public  mine: String @authenticated }
    type Mutation { set: Int @requiresScopes(scopes: [["write"]]) }
    type Subscription { storms: Int @policy(policies: [["sailors"]]) }
  `)
  expect(sdl).toContain('forecast: String @public')
  expect(composeParley()).toContain('type Subscription')
})

test.each([
  ['a query', 'type Query { forecast: String @public  mine: String }', 'Query.mine'],
  ['a mutation', 'type Query { a: Int @public } type Mutation { set: Int }', 'Mutation.set'],
  ['a subscription', 'type Query { a: Int @public } type Subscription { storms: Int }', 'Subscription.storms'],
  ['one of an extension', 'type Query { a: Int @public } extend type Query { more: Int }', 'Query.more'],
  ['one with another directive only', 'type Query { old: Int @deprecated }', 'Query.old'],
])('%s that does not say it fails the composition, by its name', (_, roots, field) => {
  expect(() => composed(roots)).toThrow(`weather: ${field} declares neither @public nor who may use it.`)
})

test('all undeclared root fields are reported together, and fields below the root need no declaration', () => {
  const roots = 'type Query { a: Thing  b: Int  c: Thing @public } type Thing { id: ID }'
  expect(() => composed(roots)).toThrow(/Query\.a declares[^]*Query\.b declares/)
  expect(() => composed(roots)).not.toThrow(/Thing/)
})

test('where authentication is off, the standalone gateway serves the same root field to everybody', async () => {
  const roots = 'type Query { forecast: String }'
  expect(() => composed(roots)).toThrow('Query.forecast')

  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end('{"data":{"forecast":"rain"}}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const folder = mkdtempSync(join(tmpdir(), 'declared-'))
  try {
    const { supergraphSdl } = composeServices([{ name: 'weather', url, typeDefs: parse(subgraph(roots)) }])
    const file = join(folder, 'supergraph.graphql')
    writeFileSync(file, supergraphSdl ?? '')
    await using gateway = await startStandalone(['--supergraph', file, '--port', '0'], {})
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ forecast }"}',
    })
    expect(await response.json()).toEqual({ data: { forecast: 'rain' } })
  } finally {
    rmSync(folder, { recursive: true })
    server.closeAllConnections()
    server.close()
  }
})
