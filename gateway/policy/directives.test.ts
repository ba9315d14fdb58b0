import { readFileSync } from 'node:fs'
import { composeServices } from '@apollo/composition'
import {
  getNamedType,
  getOperationAST,
  type GraphQLField,
  isCompositeType,
  isNonNullType,
  parse,
  validate,
} from 'graphql'
import { assetPath } from '../../platform/assets.ts'
import type { Identity } from '../../platform/signature/identity.ts'
import { loadSupergraph } from '../core/supergraph/supergraph.ts'
import type { LoadedSchema } from '../core/types.ts'
import { type DirectivesOptions, makeCheckDirectives } from './directives.ts'

const nobody: Identity = { kind: 'anonymous' }
const user: Identity = { kind: 'user', userId: 'u', deviceId: 'd', sessionId: 's' }
const admin: Identity = { kind: 'admin', adminId: 'root', roles: ['admin'] }
const reader: Identity = { kind: 'admin', adminId: 'reader', roles: ['read', 'audit'] }

const LINKS = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9",
      import: ["@key", "@external", "@requires", "@shareable", "@authenticated", "@requiresScopes", "@policy", "@composeDirective"])
    @link(url: "https://specs.parley.dev/stream/v0.1", import: ["@public"])
    @composeDirective(name: "@public")
  directive @public on FIELD_DEFINITION
`

function load(...subgraphs: string[]): LoadedSchema {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map((sdl, at) => ({ name: `s${at}`, url: `http://s${at}`, typeDefs: parse(sdl) })),
  )
  if (errors) throw new AggregateError(errors, errors.map(String).join('\n'))
  return loadSupergraph(supergraphSdl)
}

/** The codes of what an identity is told; empty where it may. */
function makeAsk(schema: LoadedSchema, options: DirectivesOptions = {}) {
  const check = makeCheckDirectives(options)
  return async (identity: Identity, source: string): Promise<unknown[]> => {
    const document = parse(source)
    expect(validate(schema.api, document)).toEqual([])
    const operation = getOperationAST(document)
    if (!operation) throw new Error('There is one operation.')
    const errors = await check({ schema, document, operation }, identity)
    return errors.map(({ extensions }) => extensions['code'])
  }
}

const shop = load(`${LINKS}
  type Query {
    version: String @public
    me: Person @authenticated
    everybody: [Person] @requiresScopes(scopes: [["admin"], ["read", "audit"]])
    open: Box @public
    undeclared: String
    byPolicy: String @policy(policies: [["adult"], ["vip", "paid"]])
    things: [Thing] @public
    found: [Found] @public
  }
  type Mutation {
    signUp: String @public
    rename: Person @authenticated
  }
  type Subscription {
    ticks: Int @public
    mine: Int @authenticated
    nothingSaid: Int
  }
  type Person @key(fields: "id") {
    id: ID!
    secret: String @requiresScopes(scopes: [["admin"]])
    friends: [Person]
  }
  type Box {
    inside: String
    lid: String @authenticated
    key: Key
    grade: Grade
    person: Person
    adult: String @policy(policies: [["adult"]])
  }
  type Key @authenticated { teeth: Int }
  enum Grade @requiresScopes(scopes: [["admin"]]) { A B }
  interface Thing { name: String, owner: Person }
  type Stone implements Thing { name: String, owner: Person }
  type Gem implements Thing { name: String @authenticated, owner: Person, carat: Int @requiresScopes(scopes: [["admin"]]) }
  union Found = Stone | Key
`)

describe('root fields', () => {
  const ask = makeAsk(shop)

  test('are public, or for who is signed in, or for scopes', async () => {
    expect(await ask(nobody, '{ version }')).toEqual([])
    expect(await ask(nobody, '{ me { id } }')).toEqual(['UNAUTHENTICATED'])
    expect(await ask(user, '{ me { id } }')).toEqual([])
    expect(await ask(nobody, '{ everybody { id } }')).toContain('UNAUTHENTICATED')
    expect(await ask(user, '{ everybody { id } }')).toEqual(['FORBIDDEN'])
    expect(await ask(admin, '{ everybody { id } }')).toEqual([])
  })

  test('of mutations and subscriptions likewise', async () => {
    expect(await ask(nobody, 'mutation { signUp }')).toEqual([])
    expect(await ask(nobody, 'mutation { rename { id } }')).toEqual(['UNAUTHENTICATED'])
    expect(await ask(user, 'mutation { rename { id } }')).toEqual([])
    expect(await ask(nobody, 'subscription { ticks }')).toEqual([])
    expect(await ask(nobody, 'subscription { mine }')).toEqual(['UNAUTHENTICATED'])
    expect(await ask(user, 'subscription { mine }')).toEqual([])
  })

  test('that say nothing are closed to everybody, or where it is said so, open', async () => {
    for (const query of ['{ undeclared }', 'subscription { nothingSaid }'])
      for (const identity of [nobody, user, admin]) expect(await ask(identity, query)).toEqual(['FORBIDDEN'])
    expect(await makeAsk(shop, { undeclared: 'allow' })(nobody, '{ undeclared }')).toEqual([])
    expect(await makeAsk(shop, { undeclared: 'allow' })(nobody, '{ me { id } }')).toEqual(['UNAUTHENTICATED'])
  })

  test('one that is closed refuses the whole operation', async () => {
    expect(await ask(nobody, '{ version me { id } }')).toEqual(['UNAUTHENTICATED'])
    expect(await ask(user, '{ version me { id } }')).toEqual([])
  })

  test('scopes stand in lists: all of one list are needed', async () => {
    expect(await ask(reader, '{ everybody { id } }')).toEqual([])
    expect(await ask({ ...reader, roles: ['read'] }, '{ everybody { id } }')).toEqual(['FORBIDDEN'])
    expect(await ask({ ...reader, roles: [] }, '{ everybody { id } }')).toEqual(['FORBIDDEN'])
  })

  test('the name of the root type is nobody’s secret', async () => {
    expect(await ask(nobody, '{ __typename }')).toEqual([])
  })
})

describe('below the root', () => {
  const ask = makeAsk(shop)
  const closed = async (selection: string, code = 'UNAUTHENTICATED') => {
    expect(await ask(nobody, `{ open { inside } }`)).toEqual([])
    expect(await ask(nobody, selection)).toContain(code)
  }

  test('fields, objects, enums and what is deeper', async () => {
    await closed('{ open { lid } }')
    await closed('{ open { key { teeth } } }')
    await closed('{ open { key { __typename } } }')
    await closed('{ open { grade } }')
    await closed('{ open { person { friends { friends { secret } } } } }')
    expect(await ask(user, '{ open { lid key { teeth } } }')).toEqual([])
    expect(await ask(user, '{ open { grade } }')).toEqual(['FORBIDDEN'])
    expect(await ask(admin, '{ open { grade person { friends { secret } } } }')).toEqual([])
  })

  test('an alias, a fragment or a directive hides nothing', async () => {
    await closed('{ open { inside: lid } }')
    await closed('{ x: open { y: key { z: teeth } } }')
    await closed('{ open { ... { lid } } }')
    await closed('{ open { ... on Box { lid } } }')
    await closed('{ open { ...B } } fragment B on Box { ...C } fragment C on Box { lid }')
    await closed('{ ...Q } fragment Q on Query { open { lid } }')
    await closed('query ($no: Boolean = false) { open { lid @include(if: $no) } }')
    await closed('{ open { lid @skip(if: true) inside } }')
    await closed('{ ... @include(if: false) { me { id } } }')
  })

  test('a fragment that is spread twice is looked at in both places', async () => {
    const twice =
      '{ a: open { ...B } b: open { ...B } } fragment B on Box { person { ...P } } fragment P on Person { id '
    expect(await ask(nobody, `${twice} }`)).toEqual([])
    expect(await ask(nobody, `${twice} secret }`)).toEqual(['UNAUTHENTICATED'])
  })

  test('an interface’s field is as closed as in the object that may stand behind it', async () => {
    expect(await ask(nobody, '{ things { ... on Stone { name } } }')).toEqual([])
    expect(await ask(nobody, '{ things { __typename owner { id } } }')).toEqual([])
    await closed('{ things { name } }')
    await closed('{ things { ... on Gem { name } } }')
    await closed('{ things { ...T } } fragment T on Thing { name }')
    expect(await ask(user, '{ things { name owner { id } } }')).toEqual([])
    expect(await ask(user, '{ things { ... on Gem { carat } } }')).toEqual(['FORBIDDEN'])
  })

  test('also in a supergraph whose composer did not say so on the interface', async () => {
    const sdl = load(`${LINKS}
      type Query { things: [Thing] @public }
      interface Thing { name: String, size: Int }
      type Stone implements Thing { name: String, size: Int }
      type Gem implements Thing { name: String @authenticated, size: Int }
      type Vault implements Thing @requiresScopes(scopes: [["admin"]]) { name: String, size: Int }
    `).supergraphSdl.replace(/interface Thing[^}]*}/, (text) =>
      text.replaceAll('@authenticated', '').replace(/@requiresScopes\(.*\)/, ''),
    )
    const bare = makeAsk(loadSupergraph(sdl))
    expect(await bare(nobody, '{ things { __typename ... on Stone { name size } } }')).toEqual([])
    expect(await bare(nobody, '{ things { ... on Gem { size } } }')).toEqual([])
    expect(await bare(nobody, '{ things { ... on Gem { name } } }')).toEqual(['UNAUTHENTICATED'])
    expect(await bare(nobody, '{ things { ... on Vault { size } } }')).toEqual(['UNAUTHENTICATED'])
    expect(await bare(nobody, '{ things { name } }')).toContain('UNAUTHENTICATED')
    expect(await bare(user, '{ things { size } }')).toEqual(['FORBIDDEN']) // may be a Vault’s
    expect(await bare(user, '{ things { ... on Gem { name } ... on Stone { name } } }')).toEqual([])
    expect(await bare(admin, '{ things { name size } }')).toEqual([])
  })

  test('an interface that an object is narrowed to is that object', async () => {
    expect(
      await ask(nobody, '{ things { ... on Stone { ... on Thing { name } ...T } } } fragment T on Thing { name }'),
    ).toEqual([])
    expect(await ask(nobody, '{ things { ... on Gem { ...T } } } fragment T on Thing { name }')).toEqual([
      'UNAUTHENTICATED',
    ])
  })

  test('the types of a union are looked at where they are named', async () => {
    expect(await ask(nobody, '{ found { ... on Stone { name } __typename } }')).toEqual([])
    await closed('{ found { ... on Key { teeth } } }')
    await closed('{ found { ... on Key { __typename } } }')
  })
})

test('policies are asked by name; one that nobody knows refuses', async () => {
  const passes = (...names: string[]) =>
    makeAsk(shop, { evaluatePolicy: async (policy) => (policy === 'unheard' ? null : names.includes(policy)) })
  expect(await passes('adult')(user, '{ byPolicy }')).toEqual([])
  expect(await passes('vip', 'paid')(user, '{ byPolicy }')).toEqual([])
  expect(await passes('vip')(user, '{ byPolicy }')).toEqual(['FORBIDDEN'])
  expect(await passes()(nobody, '{ open { adult } }')).toEqual(['UNAUTHENTICATED'])
  expect(await passes('adult')(nobody, '{ open { adult } }')).toEqual([])
  // A policy opens no root field to nobody: only @public does.
  expect(await passes('adult')(nobody, '{ byPolicy }')).toEqual(['UNAUTHENTICATED'])
  expect(await makeAsk(shop)(user, '{ byPolicy }')).toEqual(['FORBIDDEN'])
})

test('introspection is allowed for the roles in the setting', async () => {
  const schema = '{ __schema { types { name } } }'
  const type = '{ version __type(name: "Query") { name } }'
  for (const query of [schema, type]) {
    expect(await makeAsk(shop, { introspection: 'on' })(nobody, query)).toEqual([])
    expect(await makeAsk(shop, { introspection: 'admins' })(nobody, query)).toEqual(['UNAUTHENTICATED'])
    expect(await makeAsk(shop, { introspection: 'admins' })(user, query)).toEqual(['FORBIDDEN'])
    expect(await makeAsk(shop, { introspection: 'admins' })(admin, query)).toEqual([])
    expect(await makeAsk(shop)(admin, query)).toEqual(['FORBIDDEN'])
  }
})

test('a directive under another name is the same directive', async () => {
  const renamed = load(`
    extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.9",
        import: [{ name: "@authenticated", as: "@signedIn" }, { name: "@requiresScopes", as: "@needs" }, "@composeDirective"])
      @link(url: "https://specs.parley.dev/stream/v0.1", import: [{ name: "@public", as: "@free" }])
      @composeDirective(name: "@free")
    directive @free on FIELD_DEFINITION
    type Query {
      a: String @free
      b: String @signedIn
      c: String @needs(scopes: [["admin"]])
      box: Box @free
    }
    type Box { lid: String @signedIn }
  `)
  expect(renamed.supergraphSdl).toContain('@free')
  const ask = makeAsk(renamed)
  expect(await ask(nobody, '{ a }')).toEqual([])
  expect(await ask(nobody, '{ b }')).toEqual(['UNAUTHENTICATED'])
  expect(await ask(nobody, '{ box { lid } }')).toEqual(['UNAUTHENTICATED'])
  expect(await ask(user, '{ b box { lid } }')).toEqual([])
  expect(await ask(user, '{ c }')).toEqual(['FORBIDDEN'])
  expect(await ask(admin, '{ c }')).toEqual([])
})

test('renamed directives of a supergraph’s links are recognised', async () => {
  const sdl = shop.supergraphSdl
    .replace(
      '@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)',
      '@link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "locked", for: SECURITY)',
    )
    .replaceAll('@authenticated', '@locked')
  expect(sdl).toContain('me: Person @locked')
  const ask = makeAsk(loadSupergraph(sdl))
  expect(await ask(nobody, '{ me { id } }')).toEqual(['UNAUTHENTICATED'])
  expect(await ask(nobody, '{ open { lid } }')).toEqual(['UNAUTHENTICATED'])
  expect(await ask(user, '{ open { lid } }')).toEqual([])
})

test('a directive of that name from elsewhere opens nothing', async () => {
  const foreign = load(`
    extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
      @link(url: "https://example.org/other/v1.0", import: ["@public"])
      @composeDirective(name: "@public")
    directive @public on FIELD_DEFINITION
    type Query { a: String @public }
  `)
  expect(await makeAsk(foreign)(nobody, '{ a }')).toEqual(['FORBIDDEN'])
  expect(await makeAsk(foreign)(admin, '{ a }')).toEqual(['FORBIDDEN'])
})

test('what a field @requires is closed to who may not see that', async () => {
  const a = `${LINKS}
    type Query { product: Product @public }
    type Product @key(fields: "id") { id: ID!, name: String, cost: Cost @shareable }
    type Cost @shareable { amount: Int @requiresScopes(scopes: [["admin"]]) }
  `
  const b = `${LINKS}
    type Product @key(fields: "id") { id: ID!, cost: Cost @external, margin: Int @requires(fields: "cost { amount }") @requiresScopes(scopes: [["admin"]]) }
    type Cost { amount: Int @external }
  `
  // Today's composer demands that `margin` says it itself; a supergraph of an older one does not.
  const sdl = load(a, b).supergraphSdl.replace(/(margin: Int .*?) @requiresScopes\(.*\)/, '$1')
  expect(sdl).toMatch(/margin: Int @join__field\(graph: S1, requires: "cost { amount }"\)\n/)
  const schema = loadSupergraph(sdl)
  const ask = makeAsk(schema)
  expect(await ask(nobody, '{ product { name } }')).toEqual([])
  expect(await ask(nobody, '{ product { margin } }')).toEqual(['UNAUTHENTICATED'])
  expect(await ask(user, '{ product { margin } }')).toEqual(['FORBIDDEN'])
  expect(await ask(admin, '{ product { margin } }')).toEqual([])
})

describe('the supergraph of this product', () => {
  const schema = loadSupergraph(readFileSync(assetPath('schema/supergraph.graphql'), 'utf8'))
  const ask = makeAsk(schema)
  const OPEN = [
    'registerDevice',
    'requestOtp',
    'verifyOtp',
    'adminSignIn',
    'adminRefresh',
    'adminSignOut',
    'webPushKey',
  ]

  const fields = (['query', 'mutation', 'subscription'] as const).flatMap((operation) => {
    const type = { query: 'getQueryType', mutation: 'getMutationType', subscription: 'getSubscriptionType' } as const
    return Object.values(schema.api[type[operation]]()?.getFields() ?? {}).map((field) => ({ operation, field }))
  })

  test('has root fields at all, the public ones among them', () => {
    expect(fields.length).toBeGreaterThan(10)
    expect(fields.map(({ field }) => field.name)).toEqual(expect.arrayContaining(OPEN))
  })

  test.each(fields.map(({ operation, field }) => [`${operation} ${field.name}`, operation, field] as const))(
    '%s is closed to nobody, unless it is one that apps need before anybody signed in',
    async (_, operation, field) => {
      const { query, expected } = { query: `${operation}${useOf(field)}`, expected: OPEN.includes(field.name) }
      const codes = await ask(nobody, query)
      expect(codes.length === 0).toBe(expected)
      if (!expected) expect(codes).toContain('UNAUTHENTICATED')
      expect(await ask(admin, query)).toEqual([])
    },
  )

  test('what is for admins is closed to users', async () => {
    const query = 'mutation ($input: RevokeUserSessionsInput!) { revokeUserSessions(input: $input) { revokedIds } }'
    expect(await ask(user, query)).toEqual(['FORBIDDEN'])
    expect(await ask(reader, query)).toEqual(['FORBIDDEN'])
    expect(await ask(admin, query)).toEqual([])
  })
})

/** ` ($a: T!) { field(a: $a) { __typename } }` */
function useOf(field: GraphQLField<unknown, unknown>): string {
  const needed = field.args.filter(({ type }) => isNonNullType(type))
  const declared = needed.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ')
  const given = needed.map(({ name }) => `${name}: $${name}`).join(', ')
  const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : ''
  return `${declared && ` (${declared})`} { ${field.name}${given && `(${given})`}${selection} }`
}
