import { parse, print, stripIgnoredCharacters } from 'graphql'
import { withoutConflicts } from './conflicts.ts'
import { fieldsOfPlans, hasInterfaceObjects, requiringFields } from '../supergraph/requires.ts'

const supergraph = parse(`
  type Post @join__type(graph: A, key: "id") @join__type(graph: B, key: "slug blog { name }", isInterfaceObject: false) {
    id: ID! @join__field(graph: A)
    comments(limit: Int, by: String): [String] @join__field(graph: A) @join__field(graph: B, external: true)
    first: String @join__field(graph: B, requires: "comments(limit: 1)")
    one: String @join__field(graph: B, requires: "comments(limit: 1) author { age }")
    many: String @join__field(graph: B, requires: "comments(limit: 9)")
    named: String @join__field(graph: B, requires: "comments(limit: 9, by: \\"x\\")")
    plain: String @join__field(graph: B, requires: "title")
    inside: String @join__field(graph: A, contextArguments: [{context: "c", name: "n", type: "T", selection: " { shade } "}])
    under: String @join__field(graph: A, contextArguments: [{context: "c", name: "n", type: "T", selection: "... on X { hue }"}])
  }
`)
const requiring = requiringFields(supergraph)

const apart = (query: string) =>
  withoutConflicts(parse(query), requiring).map((document) => stripIgnoredCharacters(print(document)))

test('the fields are known whose @requires has arguments, with what they ask for', () => {
  expect(requiring.map(({ field, required }) => [field, [...required]])).toEqual([
    ['first', [['comments', 'limit: 1']]],
    ['one', [['comments', 'limit: 1']]],
    ['many', [['comments', 'limit: 9']]],
    ['named', [['comments', 'by: "x",limit: 9']]],
  ])
})

test('arguments in another order are the same arguments', () => {
  const [one, other] = requiringFields(
    parse(`type T {
      a: Int @join__field(graph: A, requires: "x(p: 1, q: 2)")
      b: Int @join__field(graph: A, requires: "x(q: 2, p: 1)")
    }`),
  )
  expect(
    withoutConflicts(
      parse('{ t { a b } }'),
      [one, other].flatMap((each) => each ?? []),
    ),
  ).toHaveLength(1)
})

test('a document in which nothing is in the way of anything stays the object that it is', () => {
  for (const query of ['{ post { plain } }', '{ post { many plain } }', '{ post { first one } }']) {
    const document = parse(query)
    expect(withoutConflicts(document, requiring)[0]).toBe(document)
  }
})

test('fields with conflicting requirements go to separate documents, which all have the other fields', () => {
  expect(apart('{ post { id first many } }')).toEqual(['{post{id first __typename}}', '{post{id __typename many}}'])
})

test('fields without conflicts share a document, so that there are as few documents as possible', () => {
  expect(apart('{ post { first many one named } }')).toEqual([
    '{post{first __typename one __typename}}',
    '{post{__typename many __typename __typename}}',
    '{post{__typename __typename __typename named}}',
  ])
})

test('they are found in fragments, below other fields and under aliases', () => {
  expect(apart('{ a { b { x: first } ...F } } fragment F on Post { y: many }')).toEqual([
    '{a{b{x:first}...F}}fragment F on Post{__typename}',
    '{a{b{__typename}...F}}fragment F on Post{y:many}',
  ])
})

test('what plans fetch by themselves is named: keys, requirements and contexts, to their depths', () => {
  expect([...fieldsOfPlans(supergraph)].sort()).toEqual(
    ['__typename', 'age', 'author', 'blog', 'comments', 'hue', 'id', 'name', 'shade', 'slug', 'title'].sort(),
  )
})

test('an interface object is one where the supergraph says so', () => {
  expect(hasInterfaceObjects(supergraph)).toBe(false)
  expect(
    hasInterfaceObjects(parse('interface I @join__type(graph: A, key: "id", isInterfaceObject: true) { id: ID! }')),
  ).toBe(true)
})
