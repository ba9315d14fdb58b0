import { createHash } from 'node:crypto'
import { Supergraph } from '@apollo/federation-internals'
import type { Schema } from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import { buildASTSchema, Kind, parse, valueFromASTUntyped } from 'graphql'
import type { ConstDirectiveNode, DocumentNode, GraphQLSchema } from 'graphql'
import { makePublicFields, type PublicFields } from './public-fields.ts'
import { fieldsOfPlans, fieldsWithRequires, hasInterfaceObjects, requiringFields, type Requiring } from './requires.ts'
import type { LoadedSchema } from '../types.ts'
import { resolvableKeysFirst } from './keys.ts'

/** How a root field's stream resumes after a break, from `@resumable(argument:, cursor:)`. */
export interface Resumable {
  /** The argument of the root field that takes a cursor. */
  readonly argument: string
  /** The field of the result that holds the event's cursor. */
  readonly cursor: string
}

/** The parts of a supergraph that can conflict with a client's response names. */
export interface NamesOfPlans {
  /** Names under which a plan may fetch fields of its own. */
  readonly fieldsOfPlans: ReadonlySet<string>
  /** Those of them that a plan may fetch with arguments of its own. */
  readonly requiredWithArguments: ReadonlySet<string>
  /** Whether a subgraph treats objects of different types as one type. */
  readonly hasInterfaceObjects: boolean
  /** Fields with a @requires. */
  readonly requiringFields: ReadonlySet<string>
  /** The schema that clients see. */
  readonly api: GraphQLSchema
}

export interface SupergraphInForce extends LoadedSchema, NamesOfPlans {
  readonly planner: QueryPlanner
  /** The API schema in the planner's representation. */
  readonly apiForPlans: Schema
  readonly subgraphs: readonly { readonly name: string; readonly graph: string; readonly url: string }[]
  readonly resumable: ReadonlyMap<string, Resumable>
  /** Root fields with `@snapshot`: the first event is the state at the start, and the others change it. */
  readonly snapshots: ReadonlySet<string>
  readonly publicFields: PublicFields
  /** The fields whose @requires names other fields with arguments. */
  readonly requiring: readonly Requiring[]
  /** For ApolloGateway, which refuses a supergraph with security features. The policy enforces those here. */
  readonly sdlForApollo: string
}

/** Builds everything that is made once per supergraph; throws if the text is no supergraph. */
export function loadSupergraph(supergraphSdl: string): SupergraphInForce {
  const document = parse(supergraphSdl, { noLocation: true })
  const built = Supergraph.build(resolvableKeysFirst(document), { supportedFeatures: null })
  const apiForPlans = built.apiSchema()
  // The planner's own schema has no AST nodes. This one has, and directives are read from them.
  const supergraph = buildASTSchema(document, { assumeValidSDL: true })
  const requiring = requiringFields(document)
  return {
    id: createHash('sha256').update(supergraphSdl).digest('hex'),
    api: apiForPlans.toGraphQLJSSchema(),
    supergraph,
    supergraphSdl,
    planner: new QueryPlanner(built),
    apiForPlans,
    subgraphs: subgraphsOf(document),
    resumable: resumableFields(document, supergraph),
    snapshots: snapshotFields(document, supergraph),
    publicFields: makePublicFields(supergraph, localNameOf(document, 'cacheControl')),
    requiring,
    fieldsOfPlans: fieldsOfPlans(document),
    requiringFields: fieldsWithRequires(document),
    hasInterfaceObjects: hasInterfaceObjects(document),
    requiredWithArguments: new Set(requiring.flatMap(({ required }) => [...required.keys()])),
    sdlForApollo: supergraphSdl.replace(/,?\s*for:\s*SECURITY\b/g, ''),
  }
}

function subgraphsOf(document: DocumentNode): SupergraphInForce['subgraphs'] {
  const graphs = document.definitions.find(
    (definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  )
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) throw new Error('The supergraph has no enum join__Graph.')
  return (graphs.values ?? []).map((value) => {
    const { name, url } = argumentsOf(value.directives?.find((directive) => directive.name.value === 'join__graph'))
    return { graph: value.name.value, name: String(name), url: typeof url === 'string' ? url : '' }
  })
}

function resumableFields(document: DocumentNode, supergraph: GraphQLSchema): ReadonlyMap<string, Resumable> {
  const local = localNameOf(document, 'resumable')
  const fields = new Map<string, Resumable>()
  for (const field of Object.values(supergraph.getSubscriptionType()?.getFields() ?? {})) {
    const applied = field.astNode?.directives?.find((directive) => directive.name.value === local)
    const { argument, cursor } = argumentsOf(applied)
    if (typeof argument === 'string' && typeof cursor === 'string') fields.set(field.name, { argument, cursor })
  }
  return fields
}

function snapshotFields(document: DocumentNode, supergraph: GraphQLSchema): ReadonlySet<string> {
  const local = localNameOf(document, 'snapshot')
  const fields = Object.values(supergraph.getSubscriptionType()?.getFields() ?? {})
  const marked = fields.filter(({ astNode }) => astNode?.directives?.some(({ name }) => name.value === local))
  return new Set(marked.map(({ name }) => name))
}

/**
 * The name of a composed directive in this supergraph. A `@link` may import it under another name, or not import it:
 * then the link's name is its prefix. Null if no link has the directive.
 */
function localNameOf(document: DocumentNode, directive: string): string | null {
  const links = document.definitions
    .filter((definition) => definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION)
    .flatMap((definition) => definition.directives ?? [])
    .filter((applied) => applied.name.value === 'link')
    .map(argumentsOf)
  for (const link of links) {
    for (const imported of Array.isArray(link['import']) ? (link['import'] as unknown[]) : []) {
      if (imported === `@${directive}`) return directive
      const { name, as } = imported as { name?: unknown; as?: unknown }
      if (name === `@${directive}`) return typeof as === 'string' ? as.slice(1) : directive
    }
  }
  const defined = new Set(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.DIRECTIVE_DEFINITION ? [definition.name.value] : [],
    ),
  )
  for (const link of links) {
    const specName = typeof link['url'] === 'string' ? (/\/([^/]+)\/v\d[^/]*$/.exec(link['url'])?.[1] ?? null) : null
    const prefix = typeof link['as'] === 'string' ? link['as'] : specName
    // By the core specification, a directive with the same name as its specification is named by the prefix alone.
    const name = specName === directive ? prefix : `${prefix}__${directive}`
    if (name !== null && defined.has(name)) return name
  }
  return null
}

function argumentsOf(directive: ConstDirectiveNode | undefined): Record<string, unknown> {
  return Object.fromEntries(
    (directive?.arguments ?? []).map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
  )
}
