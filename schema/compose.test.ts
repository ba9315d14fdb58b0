import { composeParley, fragileFields, readSubgraphSdl, subgraphNames } from './compose.ts'

const letters = (types: string) => ({ name: 'letters', sdl: types })
const people = (name: string) => ({
  name: 'people',
  sdl: `type User @key(fields: "id") { id: ID! name: ${name} age: Int }`,
})
const STUB = 'type User @key(fields: "id", resolvable: false) { id: ID! }'

test('no subgraph of ours takes along what others know', () => {
  expect(fragileFields(subgraphNames.map((name) => ({ name, sdl: readSubgraphSdl(name) })))).toEqual([])
  expect(composeParley()).toContain('displayName: String')
})

test.each([
  ['a reference', 'type Letter { from: User! }'],
  ['one in a list', 'type Letter { to: [User!] }'],
  ['one of an extension', 'type Letter { id: ID! } extend type Letter { from: User! }'],
  ['one through a union', 'union Sender = User | Letter type Letter { from: Sender! }'],
  ['one through an interface', 'interface Sender { id: ID! } type Letter { from: Sender! }', 'implements Sender '],
])('%s that may not be null is fragile while what it leads to may not be null either', (_, types, interfaces = '') => {
  const stub = STUB.replace('@key', `${interfaces}@key`)
  expect(fragileFields([letters(`${types} ${stub}`), people('String!')])).toEqual([
    expect.stringMatching(
      /^letters: Letter\.\w+ is not nullable, and neither is its name \(String!\), which comes from people\.$/,
    ),
  ])
  expect(fragileFields([letters(`${types} ${stub}`), people('String')])).toEqual([])
})

test('a reference that may be null, itself or in its list, is not', () => {
  for (const type of ['User', '[User]', '[User]!'])
    expect(fragileFields([letters(`type Letter { to: ${type} } ${STUB}`), people('String!')])).toEqual([])
})

test('what the subgraph has of the object itself comes with it', () => {
  const own = 'type User @key(fields: "id") { id: ID! name: String! @shareable }'
  expect(fragileFields([letters(`type Letter { from: User! } ${own}`), people('String!')])).toEqual([])
  const external = 'type User @key(fields: "id") { id: ID! name: String! @external }'
  expect(fragileFields([letters(`type Letter { from: User! } ${external}`), people('String!')])).toHaveLength(1)
})

test('what a field gets by @requires comes from another subgraph too', () => {
  const user = (type: string) =>
    `type User @key(fields: "id") { id: ID! age: Int @external greeting: ${type} @requires(fields: "age") }`
  expect(fragileFields([letters(user('String!')), people('String')])).toEqual([
    'letters: User.greeting has a @requires, but is not nullable.',
  ])
  expect(fragileFields([letters(user('String')), people('String')])).toEqual([])
})
