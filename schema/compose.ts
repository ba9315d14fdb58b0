import { readFileSync, writeFileSync } from 'node:fs'
import { composeServices } from '@apollo/composition'
import { Supergraph } from '@apollo/federation-internals'
import { Kind, parse, printSchema } from 'graphql'
import { assetPath } from '../platform/assets.ts'

/** The subgraphs, in the order of the supergraph; each has its contract in `schema/<name>.graphql`. */
export const subgraphNames = ['users', 'chat', 'groups'] as const
export type SubgraphName = (typeof subgraphNames)[number]

const ROOT_TYPES = new Set(['Query', 'Mutation', 'Subscription'])
const POLICIES = new Set(['public', 'authenticated', 'requiresScopes', 'policy'])

export function readSubgraphSdl(name: SubgraphName): string {
  return readFileSync(assetPath(`schema/${name}.graphql`), 'utf8')
}

/** Root fields that do not say who may come in: one of `@public`, `@authenticated`, `@requiresScopes`, `@policy`. */
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

/** Composes the subgraphs, or throws one error that lists everything that is wrong. */
export function compose(subgraphs: readonly { name: string; url: string; sdl: string }[]): string {
  const undeclared = subgraphs.flatMap(({ name, sdl }) =>
    undeclaredRootFields(sdl).map((field) => `${name}: ${field} says neither @public nor who may come in.`),
  )
  if (undeclared.length > 0) throw new Error(`The schema is open where it should not be:\n${undeclared.join('\n')}`)
  const result = composeServices(subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })))
  if (result.errors) throw new Error(`The subgraphs do not compose:\n${result.errors.map(String).join('\n')}`)
  return result.supergraphSdl
}

/** The ports of the subgraphs on one machine; elsewhere `SUBGRAPH_<NAME>_URL` says. */
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

/** What clients see: the supergraph without the joins. */
function apiSchemaOf(supergraphSdl: string): string {
  return printSchema(Supergraph.build(supergraphSdl, { supportedFeatures: null }).apiSchema().toGraphQLJSSchema())
}

if (process.argv[1]?.endsWith('schema/compose.js')) {
  const supergraph = composeParley()
  writeFileSync(assetPath('schema/supergraph.graphql'), `${supergraph}\n`)
  writeFileSync(assetPath('schema/api.graphql'), `${apiSchemaOf(supergraph)}\n`)
}
