import { readFileSync } from 'node:fs'
import { buildSchema, isInterfaceType, visit } from 'graphql'
import { InboxDocument, SyncDocument } from '../client/generated/operations.ts'

test.each([
  ['inbox', InboxDocument],
  ['sync', SyncDocument],
])('%s of the SDK says more of each event than its cursor', (_, document) => {
  const schema = buildSchema(readFileSync('schema/api.graphql', 'utf8'))
  const event = schema.getType('InboxEvent')
  if (!isInterfaceType(event)) throw new Error('InboxEvent is no interface.')
  const told = new Set<string>()
  visit(document, { InlineFragment: ({ typeCondition }) => void told.add(typeCondition?.name.value ?? '') })
  const kinds = schema.getImplementations(event).objects.map(({ name }) => name)
  expect(kinds.length).toBeGreaterThan(20)
  // This one has nothing but its cursor.
  expect(kinds.filter((name) => !told.has(name))).toEqual(['InboxOpened'])
})
