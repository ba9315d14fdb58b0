import { composeServices } from '@apollo/composition'
import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  execute,
  getNamedType,
  GraphQLError,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  Kind,
  parse,
  valueFromASTUntyped,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type ValueNode,
} from 'graphql'
import { loadSupergraph, type SupergraphInForce } from '../../../gateway/core/supergraph/supergraph.ts'
import { plain, readDigits } from '../support/digits.ts'
import type { TestGraph } from './graphs.ts'
import { covers, keysOf, picked, rulesOf, type Rules, type Values } from './rules.ts'

export interface Asked {
  readonly query: string
  readonly operationName?: string | undefined
  readonly variables?: Readonly<Record<string, unknown>> | undefined
}

/** How the data of one run turns out. */
export interface Luck {
  readonly salt: string
  /** Whether resolvers fail, and give null where none may be. */
  readonly fails: boolean
}

export interface World {
  readonly name: string
  readonly supergraphSdl: string
  readonly supergraph: SupergraphInForce
  readonly rules: Rules
  /** One subgraph's answer, as JSON would bring it: nothing of it is anybody else's. */
  ask(subgraph: string, request: Asked, luck: Luck): ExecutionResult
  /** What a field of an object is. `extra` is what it depends on besides: what its @requires asks for. */
  valueOf(
    of: { identity: string; name: string; args: Values; extra?: unknown; type: GraphQLOutputType },
    luck: Luck,
  ): unknown
  /** Which object stands behind an abstract type. */
  typeBehind(abstract: string, identity: string, luck: Luck): string
}

/** What an object is known by, in every subgraph: all else follows from it. */
export interface Thing {
  readonly identity: string
  readonly __typename?: string
  /** What came with a representation. */
  readonly given?: Values
}

/**
 * Subgraphs whose every field is a function of the object, the field and the arguments, so that any two that resolve the
 * same field agree: with nulls, errors, and empty lists among the values.
 */
export function makeWorld(graph: TestGraph): World {
  const composed = composeServices(
    Object.entries(graph.subgraphs).map(([name, sdl]) => ({ name, url: `http://${name}/`, typeDefs: parse(sdl) })),
  )
  if (!composed.supergraphSdl) throw new Error(`${graph.name}: ${composed.errors?.map(String).join('\n')}`)
  const supergraph = loadSupergraph(composed.supergraphSdl)
  const schemas = new Map(
    Object.entries(graph.subgraphs).map(([name, sdl]) => [name, buildSubgraphSchema({ typeDefs: parse(sdl) })]),
  )
  for (const schema of [...schemas.values(), supergraph.api]) readDigitsIn(schema)
  for (const schema of schemas.values())
    findEntities(schema, (abstract, identity, luck) => typeBehind(abstract, identity, luck))
  const rules = rulesOf([...schemas.values()])
  const parsed = new Map<string, DocumentNode>()

  const typeBehind: World['typeBehind'] = (abstract, identity, { salt }) => {
    const names = graph.possible[abstract] ?? []
    return names[hash(salt + identity) % names.length] ?? ''
  }

  const valueOf: World['valueOf'] = ({ identity, name, args, extra, type }, luck) => {
    const key = KEYS.get(name)
    if (key) return key(identity)
    const sortedArgs = JSON.stringify(Object.fromEntries(Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1))))
    const seed = `${identity}.${name}(${sortedArgs})`
    // What a @requires gave must be seen in the answer: that is how wrong data is found.
    return make(type, extra === undefined ? seed : seed + JSON.stringify(extra), luck)
  }

  const resolve: GraphQLFieldResolver<Thing, Luck> = (
    source,
    args: Values,
    luck,
    { fieldName, parentType, returnType },
  ) => {
    const thing = asThing(source, parentType)
    const required = rules.get(`${parentType.name}.${fieldName}`)?.requires
    const given = thing.given && Object.hasOwn(thing.given, fieldName) ? thing.given[fieldName] : undefined
    if (given !== undefined && !required) return asGiven(given, returnType)
    const extra = required && picked(thing.given, required)
    return valueOf({ identity: thing.identity, name: fieldName, args, extra, type: returnType }, luck)
  }

  const make = (type: GraphQLOutputType, seed: string, chance: Luck, nullable = true): unknown => {
    const luck = hash(chance.salt + seed)
    if (isNonNullType(type)) {
      if (chance.fails && luck % 151 === 0) return null
      return make(type.ofType as GraphQLOutputType, seed, chance, false)
    }
    if (nullable && luck % 7 === 0) return null
    if (chance.fails && luck % 83 === 0) throw failure(seed, luck)
    if (isListType(type)) {
      return Array.from({ length: (luck >> 4) % 4 }, (_, i) => {
        const item = `${seed}[${i}]`
        if (chance.fails && hash(chance.salt + item) % 97 === 0) return failure(item, luck)
        return make(type.ofType as GraphQLOutputType, item, chance)
      })
    }
    if (isEnumType(type)) return type.getValues()[(luck >> 3) % type.getValues().length]?.name
    if (isObjectType(type) || isAbstractType(type)) return { identity: `t${(luck >> 3) % 5}` }
    switch (getNamedType(type).name) {
      case 'Int':
        return (luck >> 2) % 1000
      case 'Float':
        return ((luck >> 2) % 1000) / 8
      case 'Boolean':
        return luck % 2 === 0
      case 'Amount':
        return amountOf(seed, luck >> 3)
      default:
        return seed
    }
  }

  return {
    name: graph.name,
    supergraphSdl: composed.supergraphSdl,
    supergraph,
    rules,
    valueOf,
    typeBehind,
    ask(subgraph, { query, operationName, variables }, luck) {
      const schema = schemas.get(subgraph)
      if (!schema) throw new Error(`There is no subgraph ${subgraph}.`)
      let document = parsed.get(query)
      if (!document) parsed.set(query, (document = parse(query)))
      const result = execute({
        schema,
        document,
        operationName: operationName ?? null,
        variableValues: { ...variables },
        fieldResolver: resolve as GraphQLFieldResolver<unknown, unknown>,
        contextValue: luck,
        typeResolver: (value, _context, _info, abstract) => {
          const { __typename, identity } = value as Thing
          if (__typename !== undefined && isObjectType(schema.getType(__typename))) return __typename
          return typeBehind(abstract.name, identity, luck)
        },
        rootValue: { identity: 'root' },
      })
      if (result instanceof Promise) throw new Error('A resolver of the test was not synchronous.')
      return JSON.parse(JSON.stringify(result)) as ExecutionResult
    },
  }
}

/** Numbers of custom scalars are texts here (see `digits`), so that nothing but what is tested can round them. */
function readDigitsIn(schema: GraphQLSchema): void {
  const amount = schema.getType('Amount')
  if (isScalarType(amount)) amount.parseLiteral = (node) => literalOf(node)
}

function literalOf(node: ValueNode): unknown {
  switch (node.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      return readDigits(node.value)
    case Kind.ENUM:
      return `the name ${node.value}`
    case Kind.LIST:
      return node.values.map(literalOf)
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, literalOf(value)]))
    default:
      return valueFromASTUntyped(node)
  }
}

/** Forms of numbers; those that differ in their last digit alone are one to JavaScript. */
export const AMOUNTS = ['9007199254740993', '9007199254740992', '123456789012.123456789', '1.50', '1e400', '-0', '12']

function amountOf(seed: string, luck: number): unknown {
  const amount = readDigits(AMOUNTS[luck % AMOUNTS.length] ?? '0')
  switch ((luck >> 4) % 4) {
    case 0:
      return seed
    case 1:
      return { of: [amount, seed], and: { amount } }
    default:
      return amount
  }
}

/** The resolver of @apollo/subgraph is asynchronous. An entity of an interface is one of an object behind it. */
function findEntities(schema: GraphQLSchema, typeBehind: World['typeBehind']): void {
  const field = schema.getQueryType()?.getFields()['_entities']
  if (!field) return
  field.resolve = (_source, { representations }: { representations: readonly Values[] }, luck: Luck) =>
    representations.map((representation) => {
      const name = String(representation['__typename'])
      const { id } = representation
      if (!isInterfaceType(schema.getType(name))) return { ...representation }
      return { ...representation, __typename: typeBehind(name, String(id), luck) }
    })
}

/** Fields that say who an object is. */
const KEYS = new Map<string, (identity: string) => unknown>(
  Object.entries({
    id: (identity: string) => identity,
    sku: (identity: string) => `sku-${identity}`,
    email: (identity: string) => `${identity}@example.org`,
    code: (identity: string) => `code-${identity}`,
    // Of one thing and of the next it is the same to JavaScript.
    number: (identity: string) => readDigits(`900719925474099${identity.replace(/\D/g, '')}`),
    region: (identity: string) => ({ identity: `r${identity}` }),
  }),
)

function asThing(source: Thing | Values, type: GraphQLObjectType): Thing {
  if (typeof source['identity' as never] === 'string') return source as Thing
  const { __typename: _, ...given } = source as Values
  // By a key of which a subgraph says that it does not resolve it, it finds nothing.
  const keys = keysOf(type)
  if (keys.length > 0 && !keys.some((key) => covers(given, key))) {
    throw new Error(`A ${type.name} by no key of this subgraph: ${JSON.stringify(source)}`)
  }
  const { id, sku, email, code, number } = given as Record<string, string | undefined>
  const numbered = number && `t${plain(number).slice(15)}`
  const identity = id ?? sku?.slice(4) ?? email?.split('@')[0] ?? code?.slice(5) ?? numbered
  if (identity === undefined) throw new Error(`A ${type.name} without a key: ${JSON.stringify(source)}`)
  return { identity, given }
}

/** Nested objects of a representation stand for things as well. */
function asGiven(given: unknown, type: GraphQLOutputType): unknown {
  const named = getNamedType(type)
  if (Array.isArray(given)) return given.map((item) => asGiven(item, type))
  if (given === null || !(isObjectType(named) || isAbstractType(named))) return given
  const { id } = given as { id?: string }
  return { identity: id ?? JSON.stringify(given), given }
}

function failure(seed: string, luck: number): GraphQLError {
  const extensions = luck % 2 ? { code: 'OUT_OF_LUCK', luck } : {}
  return new GraphQLError(`No luck: ${seed}`, { extensions })
}

export function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  value ^= value >>> 15
  return Math.imul(value, 0x2c1b3c6d) >>> 1
}
