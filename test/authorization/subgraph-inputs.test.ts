import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  getNamedType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  Kind,
  parse,
} from 'graphql'
import { openChatWorld, type ChatWorld } from '../support/chat.ts'
import { makeChat } from '../../subgraphs/chat/index.ts'
import { makeGroups } from '../../subgraphs/groups/index.ts'
import { silentLog } from '../../platform/log/log.ts'
import { admin, anonymous, askSubgraph, type Ask } from '../support/subgraph.ts'

/** What each subgraph refuses by itself, whatever the gateway has let through. */
let world: ChatWorld
let rooms: { readonly name: string; readonly typeDefs: string; readonly resolvers: object; readonly ask: Ask }[]
beforeAll(async () => {
  world = await openChatWorld()
  const { database, eventLog, store, bus, node, clock, people } = world
  const chat = makeChat({ database, eventLog, store, bus, node, clock, log: silentLog })
  const groups = makeGroups({ database, eventLog, bus, clock, log: silentLog })
  rooms = [
    { name: 'users', ...people.users, ask: people.ask },
    { name: 'groups', ...groups, ask: askSubgraph(groups) },
    { name: 'chat', ...chat, ask: askSubgraph(chat) },
  ]
})
afterAll(() => world[Symbol.asyncDispose]())

const schemaOf = ({ typeDefs, resolvers }: (typeof rooms)[number]) =>
  buildSubgraphSchema({ typeDefs: parse(typeDefs), resolvers: { ...resolvers } })
type Schema = ReturnType<typeof schemaOf>

const roots = (schema: Schema) =>
  [schema.getQueryType(), schema.getMutationType()].filter((root): root is GraphQLObjectType => !!root)

/** Fields whose scalar takes any value, and which check it by themselves. */
const CHECKED_BY_FIELD = ['SendMessageInput.content', 'ScheduleMessageInput.content', 'Subscription.inbox']

/** All scalars and enums that an argument, or a field of an input, can have. */
function leavesOf(schema: Schema): Map<string, GraphQLLeafType> {
  const leaves = new Map<string, GraphQLLeafType>()
  const note = (type: GraphQLInputType, coordinate: string) => {
    const named = getNamedType(type)
    if (CHECKED_BY_FIELD.includes(coordinate)) return
    if (isScalarType(named) || isEnumType(named)) leaves.set(named.name, named)
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) note(field.type, `${type.name}.${field.name}`)
    if ('getFields' in type && !isInputObjectType(type))
      for (const { args, name } of Object.values(type.getFields()))
        if (!name.startsWith('_')) for (const argument of args) note(argument.type, `${type.name}.${name}`)
  }
  return leaves
}

const WRONG = [{ $gt: '' }, { $ne: null }, { length: 1 }, [], ['x'], [{ $regex: '.*' }]]

test('no text, id, number or other leaf of any input takes an object, an operator or a list', () => {
  let seen = 0
  for (const room of rooms) {
    for (const leaf of leavesOf(schemaOf(room)).values()) {
      seen++
      for (const value of WRONG)
        expect([leaf.name, value, () => leaf.parseValue(value)]).toEqual([leaf.name, value, THROWS])
      const literals = [
        { kind: Kind.OBJECT, fields: [] },
        { kind: Kind.LIST, values: [] },
      ] as const
      for (const literal of literals)
        expect([leaf.name, () => leaf.parseLiteral(literal, {})]).toEqual([leaf.name, THROWS])
    }
  }
  expect(seen).toBeGreaterThan(12)
})

test('a cursor of the inbox that is an object, an operator or a list is malformed', async () => {
  const viewer = await world.person()
  for (const after of WRONG)
    await expect(world.subscribe(viewer, after)).rejects.toMatchObject({ extensions: { code: 'CURSOR_MALFORMED' } })
})

/** Equals a function that throws. */
const THROWS = {
  asymmetricMatch(call: unknown) {
    try {
      ;(call as () => unknown)()
      return false
    } catch {
      return true
    }
  },
  toString: () => 'a function that throws',
}

/** A value that fits the type, as short as possible. */
function anyOf(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return anyOf(type.ofType)
  if (isListType(type)) return [anyOf(type.ofType)]
  if (isEnumType(type)) return type.getValues()[0]?.name
  if (isInputObjectType(type)) {
    const needed = Object.values(type.getFields()).filter((field) => isNonNullType(field.type))
    return Object.fromEntries(needed.map((field) => [field.name, anyOf(field.type)]))
  }
  const values: Record<string, unknown> = { Int: 1, Float: 1, Boolean: true, DateTime: '2030-01-01T00:00:00.000Z' }
  return values[type.name] ?? '018f0000-0000-7000-8000-000000000000'
}

/** The operation of one root field with all arguments that it needs. */
function operationOf(root: string, { name, args, type }: GraphQLField<unknown, unknown>) {
  const needed = args.filter((argument) => isNonNullType(argument.type))
  const declared = needed.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(', ')
  const given = needed.map((argument) => `${argument.name}: $${argument.name}`).join(', ')
  const selected = 'getFields' in getNamedType(type) || 'getTypes' in getNamedType(type) ? '{ __typename }' : ''
  return {
    text: `${root} ${declared && `(${declared})`} { ${name}${given && `(${given})`} ${selected} }`,
    variables: Object.fromEntries(needed.map((argument) => [argument.name, anyOf(argument.type)])),
  }
}

test('each query and mutation that is not public refuses who is not signed in, behind the gateway too', async () => {
  let seen = 0
  for (const room of rooms) {
    const schema = schemaOf(room)
    for (const root of roots(schema)) {
      for (const field of Object.values(root.getFields())) {
        if (field.name.startsWith('_')) continue
        const directives = field.astNode?.directives?.map(({ name }) => name.value) ?? []
        if (directives.includes('public')) continue
        seen++
        const { text, variables } = operationOf(root === schema.getMutationType() ? 'mutation' : 'query', field)
        const { codes } = await room.ask(anonymous, text, variables)
        expect([field.name, codes]).toEqual([field.name, ['UNAUTHENTICATED']])
        if (!directives.includes('requiresScopes')) continue
        const [user, powerless] = [await world.person(), { ...admin, roles: [] }]
        expect([field.name, (await room.ask(user, text, variables)).codes]).toEqual([field.name, ['UNAUTHENTICATED']])
        expect([field.name, (await room.ask(powerless, text, variables)).codes]).toEqual([field.name, ['FORBIDDEN']])
      }
    }
  }
  expect(seen).toBeGreaterThan(50)
})

test('what is for users alone refuses admins, behind the gateway too', async () => {
  for (const room of rooms) {
    const schema = schemaOf(room)
    for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      const directives = field.astNode?.directives?.map(({ name }) => name.value) ?? []
      if (directives.includes('public') || directives.includes('requiresScopes')) continue
      const { text, variables } = operationOf('mutation', field)
      const { codes } = await room.ask(admin, text, variables)
      expect([field.name, codes]).toEqual([field.name, ['UNAUTHENTICATED']])
    }
  }
})
