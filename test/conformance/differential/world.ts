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
  parse,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
} from 'graphql'
import { loadSupergraph, type SupergraphInForce } from '../../../gateway/core/federation/supergraph.ts'
import type { TestGraph } from './graphs.ts'

export interface Asked {
  readonly query: string
  readonly operationName?: string | undefined
  readonly variables?: Readonly<Record<string, unknown>> | undefined
}

export interface World {
  readonly name: string
  readonly supergraphSdl: string
  readonly supergraph: SupergraphInForce
  /** One subgraph's answer, as JSON would bring it: nothing of it is anybody else's. */
  ask(subgraph: string, request: Asked): ExecutionResult
}

/** What an object is known by, in every subgraph: all else follows from it. */
interface Thing {
  readonly identity: string
  readonly __typename?: string
  /** What came with a representation. */
  readonly given?: Readonly<Record<string, unknown>>
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
  const parsed = new Map<string, DocumentNode>()

  const typeBehind = (abstract: string, identity: string): string => {
    const names = graph.possible[abstract] ?? []
    return names[hash(identity) % names.length] ?? ''
  }

  const resolve: GraphQLFieldResolver<Thing, unknown> = (source, args, _context, info) => {
    const thing = asThing(source, info)
    const seed = `${thing.identity}.${info.fieldName}(${JSON.stringify(args)})`
    const given = thing.given?.[info.fieldName]
    // What a @requires gave must be seen in the answer: that is how wrong data is found.
    const external = info.parentType.getFields()[info.fieldName]?.astNode?.directives ?? []
    const requires = external.some(({ name }) => name.value === 'requires')
    if (given !== undefined && !requires) return asGiven(given, info.returnType)
    if (KEYS[info.fieldName]) return KEYS[info.fieldName]?.(thing.identity)
    return make(info.returnType, requires ? `${seed}${JSON.stringify(thing.given)}` : seed)
  }

  const make = (type: GraphQLOutputType, seed: string, nullable = true): unknown => {
    const luck = hash(seed)
    if (isNonNullType(type)) {
      if (luck % 401 === 0) return null
      return make(type.ofType as GraphQLOutputType, seed, false)
    }
    if (nullable && luck % 7 === 0) return null
    if (luck % 211 === 0) throw failure(seed, luck)
    if (isListType(type)) {
      return Array.from({ length: (luck >> 4) % 4 }, (_, i) => {
        const item = `${seed}[${i}]`
        return hash(item) % 307 === 0 ? failure(item, luck) : make(type.ofType as GraphQLOutputType, item)
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
      default:
        return seed
    }
  }

  return {
    name: graph.name,
    supergraphSdl: composed.supergraphSdl,
    supergraph,
    ask(subgraph, { query, operationName, variables }) {
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
        typeResolver: (value, _context, _info, abstract) => {
          const { __typename } = value as Thing
          if (__typename !== undefined && isObjectType(schema.getType(__typename))) return __typename
          return typeBehind(abstract.name, (value as Thing).identity)
        },
        rootValue: { identity: 'root' },
      })
      if (result instanceof Promise) throw new Error('A resolver of the test was not synchronous.')
      return JSON.parse(JSON.stringify(result)) as ExecutionResult
    },
  }
}

/** Fields that say who an object is. */
const KEYS: Readonly<Record<string, (identity: string) => unknown>> = {
  id: (identity) => identity,
  sku: (identity) => `sku-${identity}`,
  email: (identity) => `${identity}@example.org`,
  code: (identity) => `code-${identity}`,
  region: (identity) => ({ identity: `r${identity}` }),
}

function asThing(source: Thing | Record<string, unknown>, info: GraphQLResolveInfo): Thing {
  if (typeof source['identity' as never] === 'string') return source as Thing
  const { __typename: _, ...given } = source as Record<string, unknown>
  const { id, sku, email, code } = given as Record<string, string | undefined>
  const identity = id ?? sku?.slice(4) ?? email?.split('@')[0] ?? code?.slice(5)
  if (identity === undefined) throw new Error(`A ${info.parentType.name} without a key: ${JSON.stringify(source)}`)
  return { identity, given }
}

/** Nested objects of a representation stand for things as well. */
function asGiven(given: unknown, type: GraphQLOutputType): unknown {
  const named = getNamedType(type)
  if (Array.isArray(given)) return given.map((item) => asGiven(item, type))
  if (given === null || !(isObjectType(named) || isInterfaceType(named))) return given
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
