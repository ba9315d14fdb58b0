import { readFileSync } from 'node:fs'
import { getOperationAST, parse } from 'graphql'
import { loadSupergraph } from '../gateway/core/supergraph/supergraph.ts'
import { makeRateCostOf } from '../gateway/policy/field-cost.ts'
import { assetPath } from '../platform/assets.ts'

const schema = loadSupergraph(readFileSync(assetPath('schema/supergraph.graphql'), 'utf8'))

test.each([
  'conversations { __typename }',
  'conversationCount',
  'unreadCounts { __typename }',
  'sync { cursor }',
  'presence(userIds: []) { online }',
])('%s, which looks at more than it shows, costs more of the rate under each alias', (selection) => {
  const document = parse(`{ one: ${selection} two: ${selection} }`)
  const operation = getOperationAST(document)!
  expect(makeRateCostOf()({ schema, document, operation })).toBe(4)
})
