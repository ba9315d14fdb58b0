import { writeFileSync } from 'node:fs'
import { composeServices } from '@apollo/composition'
import { Supergraph } from '@apollo/federation-internals'
import { Kind, parse, print, printSchema } from 'graphql'
import type { ConstDirectiveNode, FieldDefinitionNode, TypeNode } from 'graphql'
import { assetPath } from '../platform/assets.ts'
import { readContract } from '../subgraphs/contract.ts'

/** The subgraphs, in the order of the supergraph; each has its contract in the files of `schema/<name>/`. */
export const subgraphNames = ['users', 'chat', 'groups'] as const
export type SubgraphName = (typeof subgraphNames)[number]

const ROOT_TYPES = new Set(['Query', 'Mutation', 'Subscription'])
const POLICIES = new Set(['public', 'authenticated', 'requiresScopes', 'policy'])

export function readSubgraphSdl(name: SubgraphName): string {
  return readContract(name)
}

/** Root fields without access declaration: `@public`, `@authenticated`, `@requiresScopes` or `@policy`. */
export function undeclaredRootFields(sdl: string): string[] {
  return parse(sdl).definitions.flatMap((definition) =>
    (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION) &&
    ROOT_TYPES.has(definition.name.value)
      ? (definition.fields ?? [])
          .filter((field) => !field.directives?.some((directive) => POLICIES.has(directive.name.value)))
          .map((field) => `${definition.name.value}.${field.name.value}`)
      : [],
  )
}

const isNonNull = ({ type }: FieldDefinitionNode): boolean => type.kind === Kind.NON_NULL_TYPE
const has = (node: { readonly directives?: readonly ConstDirectiveNode[] }, directive: string): boolean =>
  node.directives?.some(({ name }) => name.value === directive) ?? false

/**
 * Fields through which an outage of one subgraph would remove data of others. An object of one subgraph may lead to an
 * object whose fields are in another subgraph. Then that object, or each of those fields, must be nullable, so that a
 * null spreads no further than necessary. A field with @requires also needs another subgraph.
 */
export function fragileFields(subgraphs: readonly { name: string; sdl: string }[]): string[] {
  const known = subgraphs.map(({ name, sdl }) => ({ name, types: typesOf(sdl) }))
  return known.flatMap(({ name, types }) => {
    const others = known.filter((other) => other.name !== name)
    /** The non-null fields of such an object that are missing while another subgraph is down. */
    const missing = (type: string): string[] => {
      const own = new Set(
        types.get(type)?.fields.flatMap((field) => (has(field, 'external') ? [] : [field.name.value])),
      )
      return others.flatMap((other) =>
        (other.types.get(type)?.fields ?? [])
          .filter((field) => isNonNull(field) && !own.has(field.name.value) && !has(field, 'external'))
          .map((field) => `${field.name.value} (${print(field.type)}), which comes from ${other.name}`),
      )
    }
    return [...types].flatMap(([type, { fields }]) =>
      fields.flatMap((field) => {
        const at = `${name}: ${type}.${field.name.value}`
        if (has(field, 'requires') && isNonNull(field)) return [`${at} has a @requires, but is not nullable.`]
        const { to, nullable } = innermost(field.type)
        if (nullable) return []
        const objects = types.get(to)?.members ?? [to]
        return objects.flatMap((object) =>
          missing(object).map((what) => `${at} is not nullable, and neither is its ${what}.`),
        )
      }),
    )
  })
}

interface KnownType {
  readonly fields: readonly FieldDefinitionNode[]
  /** The members of a union, or the implementations of an interface. */
  readonly members: readonly string[] | null
}

function typesOf(sdl: string): ReadonlyMap<string, KnownType> {
  const types = new Map<string, KnownType>()
  const implementers = new Map<string, string[]>()
  for (const definition of parse(sdl).definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION) {
      const name = definition.name.value
      const { fields = [], interfaces = [] } = definition
      types.set(name, { fields: [...(types.get(name)?.fields ?? []), ...fields], members: null })
      for (const { name: of } of interfaces) implementers.set(of.value, [...(implementers.get(of.value) ?? []), name])
    }
    if (definition.kind === Kind.UNION_TYPE_DEFINITION || definition.kind === Kind.UNION_TYPE_EXTENSION) {
      const members = (definition.types ?? []).map(({ name }) => name.value)
      types.set(definition.name.value, { fields: [], members })
    }
  }
  for (const [name, members] of implementers) types.set(name, { fields: [], members })
  return types
}

/** The named type inside a type, and whether an object of it may be null there. */
function innermost(type: TypeNode, nullable = true): { to: string; nullable: boolean } {
  if (type.kind === Kind.NAMED_TYPE) return { to: type.name.value, nullable }
  return innermost(type.type, type.kind !== Kind.NON_NULL_TYPE)
}

/** Composes the subgraphs, or throws one error that lists all faults. */
export function compose(subgraphs: readonly { name: string; url: string; sdl: string }[]): string {
  const undeclared = subgraphs.flatMap(({ name, sdl }) =>
    undeclaredRootFields(sdl).map((field) => `${name}: ${field} declares neither @public nor who may use it.`),
  )
  if (undeclared.length > 0) throw new Error(`The access to root fields is not declared:\n${undeclared.join('\n')}`)
  const fragile = fragileFields(subgraphs)
  if (fragile.length > 0)
    throw new Error(`An outage of one subgraph would remove data of others:\n${fragile.join('\n')}`)
  const result = composeServices(subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })))
  if (result.errors) throw new Error(`The subgraphs do not compose:\n${result.errors.map(String).join('\n')}`)
  return result.supergraphSdl
}

/** The ports of the subgraphs on one machine; elsewhere `SUBGRAPH_<NAME>_URL` sets their URLs. */
export const subgraphPorts: Record<SubgraphName, number> = { users: 4101, chat: 4102, groups: 4103 }

export function composeParley(): string {
  return compose(
    subgraphNames.map((name) => ({
      name,
      url: `http://localhost:${subgraphPorts[name]}/graphql`,
      sdl: readSubgraphSdl(name),
    })),
  )
}

/** The schema that clients see: the supergraph without the joins. */
function apiSchemaOf(supergraphSdl: string): string {
  return printSchema(Supergraph.build(supergraphSdl, { supportedFeatures: null }).apiSchema().toGraphQLJSSchema())
}

if (process.argv[1]?.endsWith('schema/compose.js')) {
  const supergraph = composeParley()
  writeFileSync(assetPath('schema/supergraph.graphql'), `${supergraph}\n`)
  writeFileSync(assetPath('schema/api.graphql'), `${apiSchemaOf(supergraph)}\n`)
}
