import { buildSchema, getIntrospectionQuery, getOperationAST, Kind, parse, visit } from 'graphql'
import { DEFAULT_DOCUMENT_LIMITS, type DocumentLimits, makeCheckDocument, makeMeasure } from './complexity.ts'
import { checkEventCost, costOf, makeCheckCost, sizePointsOf } from './cost.ts'

const codesOf = (source: string, limits: Partial<DocumentLimits> = {}) =>
  makeCheckDocument({ ...DEFAULT_DOCUMENT_LIMITS, ...limits })(parse(source)).map(
    ({ extensions }) => extensions['code'],
  )

const nested = (depth: number) => `${'{ a '.repeat(depth)}${'}'.repeat(depth)}`
const many = (count: number, field: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => field(at)).join(' ')

test('depth is counted through fragments, and the limit itself is allowed', () => {
  expect(codesOf(nested(16))).toEqual([])
  expect(codesOf(nested(17))).toEqual(['DOCUMENT_TOO_DEEP'])
  const spread = (depth: number) => `{ a { ...F } } fragment F on T ${nested(depth)}`
  expect(codesOf(spread(15))).toEqual([])
  expect(codesOf(spread(16))).toEqual(['DOCUMENT_TOO_DEEP'])
  expect(codesOf(`{ a { ... on T ${nested(16)} } }`)).toEqual(['DOCUMENT_TOO_DEEP'])
})

test('fields are counted with all fragments put in', () => {
  const fields = (count: number) => `{ root { ${many(count, (at) => `f${at}`)} } }`
  expect(codesOf(fields(999))).toEqual([])
  expect(codesOf(fields(1_000))).toEqual(['DOCUMENT_TOO_COMPLEX'])
  const spread = (times: number) =>
    `{ ${many(times, (at) => `r${at} { ...F }`)} } fragment F on T { ${many(100, (at) => `f${at}`)} }`
  expect(codesOf(spread(8))).toEqual([])
  expect(codesOf(spread(10))).toEqual(['DOCUMENT_TOO_COMPLEX'])
})

test('a fragment that nobody spreads counts too: validation would look at it', () => {
  const unused = (count: number) => `{ a } fragment F on T { ${many(count, (at) => `f${at}`)} }`
  expect(codesOf(unused(999))).toEqual([])
  expect(codesOf(unused(1_000))).toEqual(['DOCUMENT_TOO_COMPLEX'])
})

test('one thing is not asked a hundred times under other names', () => {
  const aliases = (count: number) => `{ root { ${many(count, (at) => `a${at}: guess(code: ${at})`)} } }`
  expect(codesOf(aliases(100))).toEqual([])
  expect(codesOf(aliases(101))).toEqual(['DOCUMENT_TOO_COMPLEX'])
  const hidden = `{ ${many(11, (at) => `r${at} { ...F }`)} } fragment F on T { ${many(10, (at) => `a${at}: guess`)} }`
  expect(codesOf(hidden)).toEqual(['DOCUMENT_TOO_COMPLEX'])
})

test('a mutation is not tried a hundred times in one request', () => {
  const roots = (count: number) => `mutation { ${many(count, (at) => `a${at}: verify(code: ${at})`)} }`
  expect(codesOf(roots(20))).toEqual([])
  expect(codesOf(roots(21))).toEqual(['DOCUMENT_TOO_COMPLEX'])
  const hidden = (count: number) =>
    `mutation { ...F ... { ...F } } fragment F on Mutation { ${many(count, (at) => `a${at}: b`)} }`
  expect(codesOf(hidden(10))).toEqual([])
  expect(codesOf(hidden(11))).toEqual(['DOCUMENT_TOO_COMPLEX'])
})

test('directives and fragments are counted as they are written', () => {
  expect(codesOf(`{ a ${'@skip(if: false) '.repeat(100)} }`)).toEqual([])
  expect(codesOf(`{ a ${'@skip(if: false) '.repeat(101)} }`)).toEqual(['DOCUMENT_TOO_COMPLEX'])
  expect(codesOf(`query ${'@x '.repeat(101)} { a }`)).toEqual(['DOCUMENT_TOO_COMPLEX'])
  expect(codesOf(`query ($v: Int ${'@x '.repeat(101)}) { a }`)).toEqual(['DOCUMENT_TOO_COMPLEX'])
  expect(codesOf(`{ a } fragment F on T { b ${'@x '.repeat(101)} }`)).toEqual(['DOCUMENT_TOO_COMPLEX'])
  const fragments = (count: number) => `{ a } ${many(count, (at) => `fragment F${at} on T { b }`)}`
  expect(codesOf(fragments(100))).toEqual([])
  expect(codesOf(fragments(101))).toEqual(['DOCUMENT_TOO_COMPLEX'])
})

test('inline fragments and values count as written, wherever they stand', () => {
  const inline = (count: number) => `{ a { ${'... { ... { b } } '.repeat(count)} } }`
  expect(codesOf(inline(666))).toEqual([])
  expect(codesOf(inline(667))).toEqual(['DOCUMENT_TOO_COMPLEX'])
  const list = (count: number) => `[${'1,'.repeat(count)}]`
  // The list is a value as well.
  expect(codesOf(`{ a(of: ${list(999)}) }`)).toEqual([])
  for (const query of [
    `{ a(of: ${list(1_000)}) }`,
    `{ a @x(of: ${list(1_000)}) }`,
    `{ a(of: { b: ${list(1_000)} }) }`,
    `query ($v: [Int] = ${list(1_000)}) { a }`,
    `{ a } fragment F on T { b(of: ${list(1_000)}) }`,
  ])
    expect(codesOf(query)).toEqual(['DOCUMENT_TOO_COMPLEX'])
})

test('the standard introspection passes', () => {
  expect(codesOf(getIntrospectionQuery())).toEqual([])
})

test('a fragment bomb takes one step for each selection that is written', () => {
  // Two to the ninetieth fields.
  const levels = 90
  const bomb = `{ ...F0 } ${many(levels, (at) => `fragment F${at} on T { a { ...F${at + 1} ...F${at + 1} } }`)} fragment F${levels} on T { a }`
  const document = parse(bomb)
  let written = 0
  visit(document, { [Kind.FIELD]: () => void written++, [Kind.FRAGMENT_SPREAD]: () => void written++ })
  const measure = makeMeasure(document)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('There is one operation.')
  expect(measure.operation(operation).fields).toBeGreaterThan(2 ** 89)
  expect(measure.visited()).toBe(written)
  expect(codesOf(bomb, { maxDepth: Infinity })).toEqual(['DOCUMENT_TOO_COMPLEX'])
})

test('a circle of fragments ends, for validation to refuse', () => {
  expect(codesOf('{ ...A } fragment A on T { a { ...B } } fragment B on T { b { ...A } }')).toEqual([])
  expect(codesOf('{ ...A } fragment A on T { ...A }')).toEqual([])
  expect(codesOf('{ ...Missing }')).toEqual([])
})

describe('cost', () => {
  const schema = buildSchema(`
    type Query { shelf: Shelf, books(first: Int = 20, after: String): BookConnection!, all: [Book!]!, some(ids: [ID!]!): [Book]! }
    type Mutation { put(input: Put!): Book, drop(ids: [ID!]!): Boolean }
    input Put { ids: [ID!]!, more: [Put!] }
    type Shelf { books(first: Int, last: Int): BookConnection! }
    type BookConnection { edges: [BookEdge!]!, total: Int }
    type BookEdge { node: Book! }
    type Book { title: String, shelf: Shelf!, authors(first: Int = 10): BookConnection!, next: Book }
  `)
  const cost = (source: string, variables: Record<string, unknown> = {}) => {
    const document = parse(source)
    const operation = getOperationAST(document)
    if (!operation) throw new Error('There is one operation.')
    return costOf({ document, operation, variables, schema }).objects
  }
  const pointsOf = (source: string, variables: Record<string, unknown> = {}) => {
    const document = parse(source)
    return sizePointsOf(costOf({ document, operation: getOperationAST(document)!, variables, schema }))
  }

  test('a page counts as many times as it has places; leaves are free', () => {
    expect(cost('{ shelf { __typename } }')).toBe(1)
    expect(cost('{ books(first: 5) { total } }')).toBe(5)
    expect(cost('{ books(first: 5) { edges { node { title } } } }')).toBe(5 * 3)
    expect(cost('{ books(first: 5) { edges { node { authors(first: 7) { edges { node { title } } } } } } }')).toBe(
      5 * (3 + 7 * 3),
    )
  })

  test('the size comes from the operation, its variables, their defaults, the schema, or is the usual one', () => {
    const query = 'query ($n: Int) { books(first: $n) { total } }'
    expect(cost(query, { n: 30 })).toBe(30)
    expect(cost(query)).toBe(20)
    expect(cost('query ($n: Int = 40) { books(first: $n) { total } }')).toBe(40)
    expect(cost('{ books { total } }')).toBe(20)
    expect(cost('{ shelf { books { total } } }')).toBe(1 + 20)
    expect(cost('{ shelf { books(last: 9) { total } } }')).toBe(1 + 9)
    expect(cost('{ shelf { books(first: 3, last: 9) { total } } }')).toBe(1 + 9)
    expect(cost(query, { n: 'many' })).toBe(20)
    expect(cost(query, { n: -5 })).toBe(20)
  })

  test('a list without pages counts as ten', () => {
    expect(cost('{ all { title } }')).toBe(10)
  })

  test('a list that is given counts: as the size of what is looked up by it, and each of its items', () => {
    const ids = Array.from({ length: 1_000 }, (_, at) => String(at))
    expect(cost('query ($ids: [ID!]!) { some(ids: $ids) { title } }', { ids })).toBe(1_000 + 1_000)
    expect(cost('{ some(ids: ["1", "2"]) { title } }')).toBe(10 + 2)
    expect(cost('mutation ($ids: [ID!]!) { put(input: { ids: $ids }) { title } }', { ids })).toBe(1 + 1_000)
    expect(cost('mutation ($put: Put!) { put(input: $put) { title } }', { put: { ids, more: [{ ids }] } })).toBe(2_002)
    expect(cost('mutation ($ids: [ID!]!) { drop(ids: $ids) }', { ids })).toBe(1_000)
    let deep: unknown = []
    for (let level = 0; level < 100_000; level++) deep = [deep]
    expect(cost('query ($ids: [ID!]!) { some(ids: $ids) { title } }', { ids: deep })).toBe(10 + 100_000)
    const twenty = many(20, (at) => `a${at}: some(ids: $ids) { title }`)
    expect(pointsOf(`query ($ids: [ID!]!) { ${twenty} }`, { ids })).toBe(40 + 1)
  })

  test('items that are given to a mutation cost ten times as much as those of a query', () => {
    const ids = Array.from({ length: 10_000 }, (_, at) => String(at))
    expect(pointsOf('mutation ($ids: [ID!]!) { put(input: { ids: $ids }) { title } }', { ids })).toBe(10 + 100)
    expect(pointsOf('mutation ($ids: [ID!]!) { drop(ids: $ids) }', { ids: ids.slice(0, 99) })).toBe(0)
    expect(pointsOf('query ($ids: [ID!]!) { some(ids: $ids) { title } }', { ids: ids.slice(0, 1_000) })).toBe(2)
  })

  test('pages of one place, and objects under other names, cost a token for each twenty that are read', () => {
    expect(pointsOf('{ shelf { books(first: 1) { total } } }')).toBe(0)
    const aliases = (field: string) => `{ shelf { ${many(100, (at) => `a${at}: ${field}`)} } }`
    expect(pointsOf(aliases('books(first: 1) { total }'))).toBe(5)
    expect(pointsOf(`{ books(first: 1) { edges { node { ${many(100, (at) => `a${at}: next { title }`)} } } } }`)).toBe(
      5,
    )
    expect(pointsOf('{ books(first: 20) { edges { node { authors(first: 1) { total } } } } }')).toBe(1)
  })

  test('an event of a subscription may cost little, because it comes as often as others send', () => {
    const outcome = (objects: number, reads: number) =>
      checkEventCost({ objects, reads }).map(({ extensions }) => extensions['code'])
    expect(outcome(500, 10)).toEqual([])
    expect([outcome(501, 0), outcome(0, 11)]).toEqual([['DOCUMENT_TOO_COMPLEX'], ['DOCUMENT_TOO_COMPLEX']])
  })

  test('neither an alias nor a fragment makes it cheaper, and a fragment is counted once', () => {
    expect(cost('{ a: books(first: 5) { total } b: books(first: 5) { total } }')).toBe(10)
    expect(cost('{ ...F ... { ...F } } fragment F on Query { books(first: 5) { total } }')).toBe(10)
    const levels = 200
    const bomb = `{ shelf { books(first: 1) { edges { node { ...F0 } } } } } ${many(levels, (at) => `fragment F${at} on Book { next { ...F${at + 1} ...F${at + 1} } }`)} fragment F${levels} on Book { title }`
    expect(cost(bomb)).toBeGreaterThan(2 ** 199)
  })

  test('over the limit is refused', () => {
    const check = makeCheckCost(50_000)
    const ask = (first: number) => {
      const document = parse(
        `query ($n: Int) { books(first: 100) { edges { node { authors(first: $n) { total } } } } }`,
      )
      const operation = getOperationAST(document)
      if (!operation) throw new Error('There is one operation.')
      return check(costOf({ document, operation, variables: { n: first }, schema })).map(
        ({ extensions }) => extensions['code'],
      )
    }
    expect(ask(100)).toEqual([])
    expect(ask(1_000)).toEqual(['DOCUMENT_TOO_COMPLEX'])
    expect(ask(2 ** 31 - 1)).toEqual(['DOCUMENT_TOO_COMPLEX'])
    // No Int: the variable is what is refused then, and not the size of the page.
    for (const wrong of [2 ** 31, 4_294_967_296, 1e400, 1_000.5]) expect(ask(wrong)).toEqual([])
  })
})
