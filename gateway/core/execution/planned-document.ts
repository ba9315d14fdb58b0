import { Kind, visit } from 'graphql'
import type { DocumentNode, FieldNode, OperationDefinitionNode, SelectionSetNode } from 'graphql'

/** The variable of every `_entities` fetch: a client's variable of this name cannot stand beside it. */
const TAKEN = 'representations'

/** What the planner gets in place of the client's document. The response is shaped by the client's own. */
export interface PlannedDocument {
  readonly document: DocumentNode
  /** The client's variables, under the names that the plan uses. */
  rename<T>(given: Readonly<Record<string, T>>): Readonly<Record<string, T>>
  /** By the client's response names, those under which the plan fetches the same; only where they differ. */
  readonly aliases: ReadonlyMap<string, string>
}

/** Names under which the plan may fetch something by itself. */
export interface NamesOfPlans {
  readonly fieldsOfPlans: ReadonlySet<string>
  /** Of those, fields that it may ask for with arguments of its own. */
  readonly requiredWithArguments: ReadonlySet<string>
}

export function documentToPlan(
  client: DocumentNode,
  operation: OperationDefinitionNode,
  names: NamesOfPlans,
): PlannedDocument {
  const { document, aliases } = withAliases(withTypenames(withoutIntrospection(client)), names)
  const taken = operation.variableDefinitions?.some(({ variable }) => variable.name.value === TAKEN)
  if (!taken) return { document, aliases, rename: (given) => given }
  const free = unusedName(TAKEN, document)
  return {
    aliases,
    document: visit(document, {
      Variable(variable) {
        if (variable.name.value !== TAKEN) return undefined
        return { ...variable, name: { kind: Kind.NAME, value: free } }
      },
    }),
    rename<T>({ [TAKEN]: value, ...others }: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
      return value === undefined ? others : { ...others, [free]: value }
    },
  }
}

/**
 * What a `@requires(fields: "comments(limit: 3)")` fetches stands under the field's name: the client's own `comments(limit: 1)`
 * is planned under another one, or one would take the place of the other. So is a field that the client calls by the
 * name of one which the plan fetches, as in `id: name`.
 */
function withAliases(document: DocumentNode, { fieldsOfPlans, requiredWithArguments }: NamesOfPlans) {
  const taken = new Set(requiredWithArguments)
  visit(document, {
    Field({ alias, name }) {
      if (alias && alias.value !== name.value && fieldsOfPlans.has(alias.value)) taken.add(alias.value)
    },
  })
  const aliases = new Map<string, string>()
  if (taken.size === 0) return { document, aliases }
  const aliased = visit(document, {
    Field: {
      leave(field): FieldNode | undefined {
        const key = (field.alias ?? field.name).value
        if (!taken.has(key)) return undefined
        const alias = aliases.get(key) ?? unusedName(key, document)
        aliases.set(key, alias)
        return { ...field, alias: { kind: Kind.NAME, value: alias } }
      },
    },
  })
  return { document: aliased, aliases }
}

/**
 * The planner leaves a field out whose selections are all left out by conditions, and with it whether it is null: such a
 * field is asked for its `__typename`.
 */
function withTypenames(document: DocumentNode): DocumentNode {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  )
  const mayBeEmpty = ({ selections }: SelectionSetNode): boolean =>
    selections.every((selection) => {
      if (selection.directives?.some(({ name }) => name.value === 'skip' || name.value === 'include')) return true
      if (selection.kind === Kind.FIELD) return false
      const of = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
      return of !== undefined && mayBeEmpty(of.selectionSet)
    })
  return visit(document, {
    Field(field): FieldNode | undefined {
      if (!field.selectionSet || !mayBeEmpty(field.selectionSet)) return undefined
      const selections = [TYPENAME, ...field.selectionSet.selections]
      return { ...field, selectionSet: { ...field.selectionSet, selections } }
    },
  })
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/** Introspection is answered here, and below a condition the planner fails on it. */
function withoutIntrospection(document: DocumentNode): DocumentNode {
  return visit(document, {
    Field(field) {
      if (field.name.value !== '__schema' && field.name.value !== '__type') return undefined
      return TYPENAME
    },
  })
}

/** Not found anywhere in the document, as a name or otherwise. */
function unusedName(wanted: string, document: DocumentNode): string {
  const source = JSON.stringify(document)
  let name = wanted
  do name += '_'
  while (source.includes(`"${name}"`))
  return name
}
