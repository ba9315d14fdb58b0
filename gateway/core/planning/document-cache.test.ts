import { composeServices } from '@apollo/composition'
import { OperationTypeNode, parse } from 'graphql'
import { heldBytes } from '../../../test/support/heap.ts'
import { makeOperationCache } from '../operations/operation-cache.ts'
import { DEFAULT_LIMITS } from '../limits.ts'
import { makeDocumentCache, type Refused } from './document-cache.ts'
import { makePlanCache } from './plan-cache.ts'
import { loadSupergraph } from '../supergraph/supergraph.ts'

const MIB = 1024 * 1024
const BUDGET = 3 * MIB

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
  type Query { me: User, user(id: ID!): User }
  type Subscription { ticks: User }
  type User { id: ID!, name: String!, friends(first: Int): [User!]! }
`)
const { supergraphSdl } = composeServices([{ name: 'one', url: 'http://one', typeDefs }])
const supergraph = loadSupergraph(supergraphSdl ?? '')

/** Reads, validates, plans and runs what comes, as the gateway does. */
function setup(maxDocumentBytes = BUDGET) {
  const documents = makeDocumentCache({ ...DEFAULT_LIMITS, maxDocumentBytes }, { introspection: true }, { count() {} })
  const answers = { execute: async () => ({ data: {} }), subscribe: () => ({ progress() {}, stop() {} }) }
  const sources = { get: () => answers }
  const compiled = makeOperationCache(documents, sources)
  const plans = makePlanCache(documents)
  const scope = { context: null, requestId: '1', forwarded: {}, signal: new AbortController().signal }
  return {
    documents,
    async ask(query: string, anonymous = false, variables: Record<string, unknown> = {}) {
      const read = documents.read(query, undefined, anonymous)
      if ('errors' in read) return read
      const errors = documents.validate(supergraph, read.document)
      if (errors.length > 0) return { errors }
      if (read.operation.operation === OperationTypeNode.SUBSCRIPTION) {
        return { plan: plans.get(supergraph, read.document, read.operation).plan(variables) }
      }
      await compiled.get(supergraph, read.document, read.operation).execute(variables, scope)
      return { document: read.document }
    },
  }
}

const codesOf = (outcome: object) =>
  ((outcome as Partial<Refused>).errors ?? []).map((error) => error.extensions['code'])
const nested = (open: string, inside: string, close: string) => (levels: number) =>
  `{ ${open.repeat(levels)}${inside}${close.repeat(levels)} }`
const chain = (levels: number) =>
  Array.from({ length: levels }, (_, i) => `fragment F${i} on User { ...F${i + 1} }`).join(' ')

/** Where a parser, then a validator, runs out of stack, and beyond. */
const DEPTHS = [65, 400, 900, 1_600, 2_400, 3_300, 50_000]

describe('nesting', () => {
  test.each<[string, (levels: number) => string]>([
    ['inline fragments', nested('...{', '__typename', '}')],
    ['fields', nested('me { friends {', 'id', '} }')],
    ['lists', (levels) => `{ user(id: ${'['.repeat(levels)}1${']'.repeat(levels)}) { id } }`],
    ['objects', (levels) => `{ user(id: ${'{a:'.repeat(levels)}1${'}'.repeat(levels)}) { id } }`],
    ['types', (levels) => `query ($a: ${'['.repeat(levels)}Int${']'.repeat(levels)}) { me { id } }`],
    ['values of directives', (levels) => `{ me @a(b: ${'['.repeat(levels)}1${']'.repeat(levels)}) { id } }`],
    ['fragments', (levels) => `{ me { ...F0 } } ${chain(levels)} fragment F${levels} on User { id }`],
    ['unused fragments', (levels) => `{ me { id } } ${chain(levels)} fragment F${levels} on User { id }`],
    ['what is never closed', (levels) => '{a'.repeat(levels)],
  ])('%s are refused with a code where they are too deep, however deep', async (name, make) => {
    const { ask } = setup()
    expect(codesOf(await ask(make(25)))).not.toContain('DOCUMENT_TOO_DEEP')
    // More fragments than some 1,400 are too many tokens.
    for (const levels of name.endsWith('fragments') && !name.startsWith('inline') ? [65, 400, 900] : DEPTHS)
      expect(codesOf(await ask(make(levels)))).toEqual(['DOCUMENT_TOO_DEEP'])
  })

  test('brackets in texts and comments are none', async () => {
    const { ask } = setup()
    const many = '{[('.repeat(100)
    for (const text of [`"${many}"`, `"\\"${many}"`, `"""${many} \\""" " ${many}"""`, `"a" # " ${many}\n`])
      expect(codesOf(await ask(`{ user(id: ${text}) { id } }`))).toEqual([])
    // A text that is not ended hides what follows from nobody but the parser, which refuses it.
    expect(codesOf(await ask(`{ user(id: "${many}`))).toEqual(['GRAPHQL_PARSE_FAILED'])
    expect(codesOf(await ask(`{ user(id: "a\n${many}`))).toEqual(['DOCUMENT_TOO_DEEP'])
  })

  test('fragments that expand to millions of selections are refused before anybody counts to a million', async () => {
    const { ask } = setup()
    const levels = 30
    const bomb = Array.from({ length: levels }, (_, i) => `fragment F${i} on User { ...F${i + 1} a: id ...F${i + 1} }`)
    const query = `{ me { ...F0 } } ${bomb.join(' ')} fragment F${levels} on User { id }`
    expect(codesOf(await ask(query))).toEqual(['DOCUMENT_TOO_COMPLEX'])
  })
})

describe('validation', () => {
  test('stops after ten errors, and quotes at most a line of the document', async () => {
    const { ask } = setup()
    const fields = Array.from({ length: 5_000 }, (_, i) => `f${i}`).join(' ')
    expect(codesOf(await ask(`{ ${fields} }`)).length).toBe(11)
    const values = Array.from({ length: 9_900 }, (_, i) => i).join(',')
    const refused = (await ask(`{ user(id: [${values}]) { id } }`)) as Refused
    expect(codesOf(refused)).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect(JSON.stringify(refused.errors).length).toBeLessThan(2_000)
  })

  test.each([
    ['fields of one name', Array.from({ length: 1_100 }, (_, i) => `user(id: ${i}) { id }`).join(' ')],
    ['fields of one name that are unknown', Array.from({ length: 1_100 }, (_, i) => `a(x: ${i}) { b }`).join(' ')],
  ])('says that it stopped where %s are too many to compare, and what to do', async (_, fields) => {
    const { errors } = (await setup().ask(`{ ${fields} }`)) as Refused
    expect(codesOf({ errors })).toContain('DOCUMENT_TOO_COMPLEX')
    expect(errors.at(-1)?.message).toMatch(/takes too long to validate.* Split the request\.$/)
    expect(errors.map(({ message }) => message)).not.toContain('Validation aborted.')
  })
})

describe('what is kept', () => {
  const levels = 50
  const attacks: Record<string, (i: number) => string> = {
    'nested inline fragments': (i) =>
      `{ a${i}: __typename ${`${'...{'.repeat(levels)}__typename${'}'.repeat(levels)} `.repeat(8)} }`,
    'values of a list': (i) => `{ a${i}: user(id: [${'1,'.repeat(2_000)}]) { id } }`,
    'wrong names': (i) => `{ ${Array.from({ length: 1_000 }, (_, at) => `a${i}_${at}`).join(' ')} }`,
    'wrong syntax': (i) => `{ a${i} ${'x '.repeat(9_000)}`,
    aliases: (i) => `{ a${i}: me { ${Array.from({ length: 300 }, (_, at) => `b${at}: name`).join(' ')} } }`,
    fragments: (i) =>
      `{ a${i}: me { ${Array.from({ length: 90 }, (_, at) => `...F${at}`).join(' ')} } }
       ${Array.from({ length: 90 }, (_, at) => `fragment F${at} on User { c${at}: name id friends { id name } }`).join(' ')}`,
    introspection: (i) => `{ a${i}: __schema { types { name fields { name args { name } type { name } } } } }`,
    subscriptions: (i) => `subscription { a${i}: ticks { ${'id name friends { name } '.repeat(50)} } }`,
    'small documents': (i) => `{ a${i}: me { name } }`,
  }

  test.each(Object.entries(attacks))(
    'of %s stays within the budget, on a real heap as in the books',
    async (_, make) => {
      const { documents, ask } = setup()
      // What is made once is no part of it.
      for (let i = 0; i < 3; i++) await ask(make(1_000_000 + i))
      const before = heldBytes()
      const usual = documents.size()
      let asked = 0
      // Until something went for what came in, and then more of it.
      while (documents.size() === usual + asked && asked < 300) await ask(make(asked++))
      expect(documents.size()).toBeLessThan(usual + asked)
      for (let i = 0; i < asked / 4; i++) await ask(make(asked + i))
      expect(documents.bytes()).toBeLessThanOrEqual(BUDGET)
      expect(heldBytes() - before).toBeLessThan(BUDGET)
      expect(documents.size()).toBeGreaterThan(0)
    },
  )

  test('counts each of the values that conditions take', async () => {
    const { documents, ask } = setup()
    const query = `query (${[0, 1, 2, 3, 4].map((i) => `$c${i}: Boolean!`).join()}) {
      me { ${Array.from({ length: 90 }, (_, i) => `f${i}: name @include(if: $c${i % 5})`).join(' ')} }
    }`
    const seen = new Set<number>()
    for (let bits = 0; bits < 32; bits++) {
      await ask(query, false, Object.fromEntries([0, 1, 2, 3, 4].map((i) => [`c${i}`, Boolean((bits >> i) & 1)])))
      seen.add(documents.bytes())
    }
    expect(seen.size).toBe(32)
  })

  test('is kept once: the same text is the same document, and what was compiled is there', async () => {
    const { documents, ask } = setup()
    const first = await ask('{ me { name } }')
    const bytes = documents.bytes()
    expect(await ask('{ me { name } }')).toEqual(first)
    expect(documents.bytes()).toBe(bytes)
    documents.reloaded()
    expect(documents.bytes()).toBeLessThan(bytes)
    expect(documents.size()).toBe(1)
  })

  test('keeps an anonymous client’s document when it comes again; a document that comes once evicts none', async () => {
    const { documents, ask } = setup(1 * MIB)
    const usual = await ask('{ me { name } }')
    const size = documents.size()
    for (let i = 0; i < 200; i++) await ask(`{ a${i}: me { name id } }`, true)
    expect(documents.size()).toBe(size)
    expect(await ask('{ me { name } }')).toEqual(usual)

    const [once, twice, again] = [1, 2, 3].map(() => ask('{ me { id } }', true))
    expect(await once).not.toBe(await twice)
    expect(documents.size()).toBe(size + 1)
    expect(((await again) as { document: object }).document).toBe(((await twice) as { document: object }).document)
  })
})
