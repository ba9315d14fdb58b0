import {
  isObjectType,
  Kind,
  parse,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionNode,
} from 'graphql'

export type Values = Readonly<Record<string, unknown>>
export type Selections = readonly SelectionNode[]

/** What the directives of the subgraphs say of one field: what its value depends on besides its object and arguments. */
export interface Rule {
  readonly requires?: Selections
  readonly fromContext: readonly ContextArgument[]
}

export interface ContextArgument {
  readonly name: string
  /** The types of one of which an object above must be. */
  readonly types: ReadonlySet<string>
  readonly selections: Selections
}

/** By `Type.field`. */
export type Rules = ReadonlyMap<string, Rule>

export function rulesOf(schemas: readonly GraphQLSchema[]): Rules {
  const rules = new Map<string, Rule>()
  for (const schema of schemas) {
    const types = Object.values(schema.getTypeMap()).filter(isObjectType)
    const contexts = new Map<string, Set<string>>()
    for (const type of types) {
      for (const name of appliedTo(type, 'context').map((directive) => text(directive, 'name'))) {
        contexts.set(name, (contexts.get(name) ?? new Set()).add(type.name))
      }
    }
    for (const type of types) {
      for (const field of Object.values(type.getFields())) {
        const requires = (field.astNode?.directives ?? []).find(({ name }) => name.value === 'requires')
        const fromContext = field.args.flatMap(({ name, astNode }) => {
          const directive = astNode?.directives?.find(({ name: applied }) => applied.value === 'fromContext')
          const [, context = '', selection = ''] = directive
            ? (/^\$(\w+)\s*(.*)$/s.exec(text(directive, 'field')) ?? [])
            : []
          if (!directive) return []
          return [{ name, types: contexts.get(context) ?? new Set<string>(), selections: selectionsOf(selection) }]
        })
        if (!requires && fromContext.length === 0) continue
        rules.set(`${type.name}.${field.name}`, {
          ...(requires && { requires: selectionsOf(text(requires, 'fields')) }),
          fromContext,
        })
      }
    }
  }
  return rules
}

const keys = new WeakMap<GraphQLObjectType, readonly Selections[]>()

/** By which a subgraph finds an object of this type. */
export function keysOf(type: GraphQLObjectType): readonly Selections[] {
  let known = keys.get(type)
  if (!known) {
    known = appliedTo(type, 'key')
      .filter((directive) => argument(directive, 'resolvable') !== false)
      .map((directive) => selectionsOf(text(directive, 'fields')))
    keys.set(type, known)
  }
  return known
}

export function covers(given: unknown, selections: Selections): boolean {
  return selections.every((selection) => {
    if (selection.kind !== Kind.FIELD) return true
    const value = (given as Values | null)?.[selection.name.value]
    return value !== undefined && (!selection.selectionSet || covers(value, selection.selectionSet.selections))
  })
}

/** Of what came with a representation, that which was asked for: the planner may have put the needs of several together. */
export function picked(given: unknown, selections: Selections): unknown {
  if (Array.isArray(given)) return given.map((item) => picked(item, selections))
  if (typeof given !== 'object' || given === null) return given ?? null
  return Object.fromEntries(
    selections.flatMap((selection) => {
      if (selection.kind !== Kind.FIELD) throw new Error('Fragments in @requires are not known here.')
      const value = (given as Values)[selection.name.value]
      const nested = selection.selectionSet?.selections
      return [[selection.name.value, nested ? picked(value, nested) : (value ?? null)]]
    }),
  )
}

function appliedTo({ astNode, extensionASTNodes }: GraphQLObjectType, name: string): readonly ConstDirectiveNode[] {
  return [astNode, ...extensionASTNodes]
    .flatMap((node) => node?.directives ?? [])
    .filter((one) => one.name.value === name)
}

function argument({ arguments: given }: ConstDirectiveNode, name: string): unknown {
  const found = given?.find((one) => one.name.value === name)
  return found && valueFromASTUntyped(found.value)
}

function text(directive: ConstDirectiveNode, name: string): string {
  return String(argument(directive, name))
}

function selectionsOf(source: string): Selections {
  const [definition] = parse(source.startsWith('{') ? source : `{${source}}`).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`No selection: ${source}`)
  return definition.selectionSet.selections
}
