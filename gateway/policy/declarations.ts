import {
  type ConstDirectiveNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql'

/** What a client must be or have. `anyOf`: all items of at least one of the lists. */
export type Requirement =
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'scopes'; readonly anyOf: readonly (readonly string[])[] }
  | { readonly kind: 'policies'; readonly anyOf: readonly (readonly string[])[] }

/** The access rules that a type or field declares. */
export interface Declaration {
  readonly isPublic: boolean
  readonly requirements: readonly Requirement[]
  /**
   * Fields of the same object that a subgraph gets to answer this field (`@requires`): a client that selects it learns
   * about them too.
   */
  readonly requires: readonly SelectionSetNode[]
}

export interface Declarations {
  ofType(type: GraphQLNamedType): Declaration
  ofField(typeName: string, fieldName: string): Declaration
}

const AUTHENTICATED: Requirement = { kind: 'authenticated' }
const NOTHING: Declaration = { isPublic: false, requirements: [], requires: [] }

/** The names of each directive in the supergraph. */
interface Names {
  readonly authenticated: ReadonlySet<string>
  readonly requiresScopes: ReadonlySet<string>
  readonly policy: ReadonlySet<string>
  readonly isPublic: ReadonlySet<string>
  readonly rateCost: ReadonlySet<string>
}

/** Reads the directives that a supergraph applies. */
export function readDeclarations(supergraph: GraphQLSchema): Declarations {
  const names = readNames(supergraph)
  const types = new Map<string, Declaration>()
  const fields = new Map<string, Declaration>()
  for (const type of Object.values(supergraph.getTypeMap())) {
    const nodes = [type.astNode, ...type.extensionASTNodes]
    types.set(
      type.name,
      declarationOf(
        nodes.flatMap((node) => node?.directives ?? []),
        names,
      ),
    )
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const [name, field] of Object.entries(type.getFields()))
      fields.set(`${type.name}.${name}`, declarationOf(field.astNode?.directives ?? [], names))
  }
  return {
    ofType: (type) => types.get(type.name) ?? NOTHING,
    ofField: (typeName, fieldName) => fields.get(`${typeName}.${fieldName}`) ?? NOTHING,
  }
}

/**
 * The extra rate cost of root fields, by name, from `@rateCost(points: 5)`. Other fields cost nothing beyond the
 * request.
 */
export function readRateCosts(supergraph: GraphQLSchema): ReadonlyMap<string, number> {
  const { rateCost } = readNames(supergraph)
  const costs = new Map<string, number>()
  for (const type of [supergraph.getQueryType(), supergraph.getMutationType(), supergraph.getSubscriptionType()])
    for (const field of Object.values(type?.getFields() ?? {}))
      for (const directive of field.astNode?.directives ?? []) {
        if (!rateCost.has(directive.name.value)) continue
        const points = argumentOf(directive, 'points')
        if (typeof points !== 'number' || points < 0)
          throw new TypeError(
            `@rateCost on ${type?.name}.${field.name} must have points that are a number of at least 0.`,
          )
        costs.set(`${type?.name}.${field.name}`, points)
      }
  return costs
}

function declarationOf(directives: readonly ConstDirectiveNode[], names: Names): Declaration {
  if (directives.length === 0) return NOTHING
  const requirements: Requirement[] = []
  const requires: SelectionSetNode[] = []
  let isPublic = false
  for (const directive of directives) {
    const name = directive.name.value
    if (names.isPublic.has(name)) isPublic = true
    else if (names.authenticated.has(name)) requirements.push(AUTHENTICATED)
    else if (names.requiresScopes.has(name))
      requirements.push({ kind: 'scopes', anyOf: alternativesOf(directive, 'scopes') })
    else if (names.policy.has(name))
      requirements.push({ kind: 'policies', anyOf: alternativesOf(directive, 'policies') })
    else if (name === 'join__field') {
      const fieldSet = argumentOf(directive, 'requires')
      if (typeof fieldSet === 'string') requires.push(selectionOf(fieldSet))
    }
  }
  return { isPublic, requirements, requires }
}

const argumentOf = (directive: ConstDirectiveNode, name: string): unknown => {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value
  return value && valueFromASTUntyped(value)
}

/** A list of lists of texts; anything else grants access to nobody. */
function alternativesOf(directive: ConstDirectiveNode, name: string): readonly (readonly string[])[] {
  const value = argumentOf(directive, name)
  if (!Array.isArray(value)) return []
  return value.filter(
    (group): group is string[] => Array.isArray(group) && group.every((item) => typeof item === 'string'),
  )
}

function selectionOf(fieldSet: string): SelectionSetNode {
  const [definition] = parse(`{ ${fieldSet} }`, { noLocation: true }).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError(`${fieldSet} is not a set of fields.`)
  return definition.selectionSet
}

const SECURITY_SPECS = {
  authenticated: 'https://specs.apollo.dev/authenticated',
  requiresScopes: 'https://specs.apollo.dev/requiresScopes',
  policy: 'https://specs.apollo.dev/policy',
} as const
const PUBLIC_SPEC = 'https://specs.parley.dev/stream'
const RATE_COST_SPEC = 'https://specs.parley.dev/rateCost'

/**
 * A supergraph may rename a linked directive (`as`, `import: [{ name, as }]`), and a directive under an unknown name
 * would protect nothing. The security directives also count under their own names without a link, because more
 * protection is safer; `@public`, which grants access, counts only if linked.
 */
function readNames(supergraph: GraphQLSchema): Names {
  const links = [supergraph.astNode, ...supergraph.extensionASTNodes]
    .flatMap((node) => node?.directives ?? [])
    .filter((directive) => directive.name.value === 'link')
    .map((directive) => ({
      // The last part of the path is the version.
      spec: String(argumentOf(directive, 'url')).replace(/\/v[\d.]+\/?$/, ''),
      as: argumentOf(directive, 'as'),
      imports: argumentOf(directive, 'import'),
    }))
  /** `own`: the directive has its specification's name, which `as` renames. */
  const namesOf = (spec: string, name: string, own: boolean): string[] =>
    links
      .filter((link) => link.spec === spec)
      .flatMap(({ as, imports }) => {
        const prefix = typeof as === 'string' ? as : (spec.split('/').at(-1) ?? '')
        return [own ? prefix : `${prefix}__${name}`, ...importedNames(imports, name)]
      })
  const security = (name: keyof typeof SECURITY_SPECS) => new Set([name, ...namesOf(SECURITY_SPECS[name], name, true)])
  return {
    authenticated: security('authenticated'),
    requiresScopes: security('requiresScopes'),
    policy: security('policy'),
    isPublic: new Set(namesOf(PUBLIC_SPEC, 'public', false)),
    rateCost: new Set(namesOf(RATE_COST_SPEC, 'rateCost', true)),
  }
}

function importedNames(imports: unknown, name: string): string[] {
  if (!Array.isArray(imports)) return []
  return imports.flatMap((entry: unknown) => {
    if (entry === `@${name}`) return [name]
    const { name: original, as } = (entry ?? {}) as { name?: unknown; as?: unknown }
    if (original !== `@${name}`) return []
    return [typeof as === 'string' ? as.replace(/^@/, '') : name]
  })
}
