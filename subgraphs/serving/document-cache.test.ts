import { buildSchema } from 'graphql'
import { heldBytes } from '../../test/support/heap.ts'
import { makeDocumentCache } from './document-cache.ts'

const BUDGET = 3 * 1024 * 1024
const schema = buildSchema('type Query { me: User, user(id: ID): User } type User { id: ID, name: String }')

const many = (count: number, make: (i: number) => string) => Array.from({ length: count }, (_, i) => make(i)).join(' ')

describe('documents that are kept', () => {
  test.each<[string, (i: number) => string]>([
    [
      'nested inline fragments',
      (i) => `{ a${i}: __typename ${many(10, () => `${'...{'.repeat(100)}me{id}${'}'.repeat(100)}`)} }`,
    ],
    ['values', (i) => `{ a${i}: user(id: [${'1,'.repeat(2_000)}]) { id } }`],
    ['wrong names', (i) => `{ ${many(500, (at) => `b${i}_${at}`)} }`],
    ['fields', (i) => `{ a${i}: me { ${many(300, (at) => `b${at}: name`)} } }`],
    ['wrong syntax', (i) => `{ a${i} ${'x '.repeat(4_000)}`],
  ])('stay within the budget where they are %s, on a real heap as in the books', (_, make) => {
    const documents = makeDocumentCache(schema, false, BUDGET)
    documents.read(make(1_000_000), undefined, false)
    const before = heldBytes()
    let read = 0
    while (documents.size() === 1 + read && read < 300) documents.read(make(read++), undefined, false)
    expect(documents.size()).toBeLessThan(1 + read)
    expect(documents.bytes()).toBeLessThanOrEqual(BUDGET)
    expect(heldBytes() - before).toBeLessThan(BUDGET)
  })

  test('of an anonymous client are those that come again', () => {
    const documents = makeDocumentCache(schema, false)
    for (let i = 0; i < 100; i++) documents.read(`{ a${i}: me { id } }`, undefined, true)
    expect(documents.size()).toBe(0)
    const [, twice, again] = [1, 2, 3].map(() => documents.read('{ me { id } }', undefined, true))
    expect(documents.size()).toBe(1)
    expect(again).toEqual(twice)
  })
})
