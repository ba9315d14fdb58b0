import {
  doTypesOverlap,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  OperationTypeNode,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type {
  ASTNode,
  DirectiveNode,
  DocumentNode,
  FieldNode,
  GraphQLSchema,
  InlineFragmentNode,
  OperationDefinitionNode,
  SelectionNode,
  SelectionSetNode,
} from 'graphql'
import type { NamesOfPlans } from '../supergraph/supergraph.ts'
import { fragmentsOf, TYPENAME, withoutUnusedFragments } from '../supergraph/syntax.ts'
import { unusedNames } from './unused-names.ts'
import type { Conditions } from './variables.ts'

/** The variable of every `_entities` fetch, which a client's variable of the same name would conflict with. */
const TAKEN = 'representations'

/** The document that the planner gets instead of the client's. The client's own document shapes the response. */
export interface PlannedDocument {
  readonly document: DocumentNode
  /** Renames the client's variables to the plan's. */
  readonly rename: <T>(given: Readonly<Record<string, T>>) => Readonly<Record<string, T>>
  /** Maps the client's response names to the plan's, where they differ: see `nameInData`. */
  readonly aliases: ReadonlyMap<string, string>
}

/** A prepared document. It is planned once, or once for each combination of its conditions. */
export interface DocumentToPlan {
  /** Whether different values of the conditions need different plans. */
  readonly byConditions: boolean
  /** `conditions` are the known ones; the plan itself checks the others. */
  for(conditions?: Conditions): PlannedDocument
}

export function documentToPlan(
  client: DocumentNode,
  operation: OperationDefinitionNode,
  names: NamesOfPlans,
): DocumentToPlan {
  const asked = withoutIntrospection(client)
  const takesRepresentations = operation.variableDefinitions?.some(({ variable }) => variable.name.value === TAKEN)
  return {
    byConditions: isPlannedByConditions(client, names),
    for(conditions = {}) {
      const known = withTypenames(decided(asked, conditions))
      const narrow = names.hasInterfaceObjects ? withoutWiderTypes(known, names.api) : known
      const { document, aliases } = withAliases(narrow, names)
      return takesRepresentations
        ? { aliases, ...withoutRepresentations(document) }
        : { aliases, document, rename: (given) => given }
    },
  }
}

/**
 * Whether one plan for all values of the conditions may be wrong. The planner merges fields that are fetched from one
 * subgraph for the same entities. If one of them has a @requires, a condition may exclude its required fields while
 * the others are still wanted.
 */
function isPlannedByConditions(document: DocumentNode, { requiringFields }: NamesOfPlans): boolean {
  let [hasConditions, hasRequires] = [false, false]
  visit(document, {
    Field({ name }) {
      if (requiringFields.has(name.value)) hasRequires = true
    },
    Directive({ name, arguments: given }) {
      if (name.value !== 'skip' && name.value !== 'include') return
      if (given?.some(({ value }) => value.kind === Kind.VARIABLE)) hasConditions = true
    },
  })
  return hasConditions && hasRequires
}

/** Renames the client's variable of that name. */
function withoutRepresentations(document: DocumentNode): Pick<PlannedDocument, 'document' | 'rename'> {
  const free = unusedNames(document)(`${TAKEN}_`)
  return {
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
 * Gives aliases to client fields whose names conflict with the plan's:
 *
 * - The planner fetches `@requires(fields: "comments(limit: 3)")` under the field's name, and the client's own
 *   `comments(limit: 1)` would overwrite it, or be overwritten.
 * - A client may alias a field to the name of a field that the plan fetches, as in `id: name`.
 * - With an @interfaceObject different types may be one type, so one response name may have different fields.
 */
function withAliases(document: DocumentNode, names: NamesOfPlans) {
  const { fieldsOfPlans, requiredWithArguments, hasInterfaceObjects, api } = names
  const subscription = api.getSubscriptionType()?.name
  const taken = new Set(requiredWithArguments)
  const variants = new Map<string, Set<string>>()
  visit(document, {
    Field(field) {
      const { alias, name } = field
      if (alias && alias.value !== name.value && fieldsOfPlans.has(alias.value)) taken.add(alias.value)
      if (!hasInterfaceObjects) return
      const key = keyOf(field)
      variants.set(key, (variants.get(key) ?? new Set()).add(variantOf(field)))
    },
  })
  const several = new Set([...variants].flatMap(([key, of]) => (of.size > 1 ? [key] : [])))
  const aliases = new Map<string, string>()
  if (taken.size === 0 && several.size === 0) return { document, aliases }
  const unused = unusedNames(document)
  const aliased = visit(document, {
    Field: {
      leave(field, _key, _parent, _path, ancestors): FieldNode | undefined {
        const key = keyOf(field)
        if (!taken.has(key) && !several.has(key)) return undefined
        // A `__typename` without alias keeps its name, even if it was added here.
        if (field.name.value === '__typename' && !field.alias) return undefined
        if (ancestors.every((above) => holdsRootFields(above, subscription))) return undefined
        const name = several.has(key) ? variantOf(field) : key
        const alias = aliases.get(name) ?? unused(`${key}_`)
        aliases.set(name, alias)
        return { ...field, alias: { kind: Kind.NAME, value: alias } }
      },
    },
  })
  return { document: aliased, aliases }
}

/** Whether a field directly in it is the root field of a subscription, which keeps its name. */
function holdsRootFields(above: ASTNode | readonly ASTNode[], subscription: string | undefined): boolean {
  if (!('kind' in above)) return true
  switch (above.kind) {
    case Kind.FIELD:
      return false
    case Kind.OPERATION_DEFINITION:
      return above.operation === OperationTypeNode.SUBSCRIPTION
    case Kind.FRAGMENT_DEFINITION:
      return above.typeCondition.name.value === subscription
    default:
      return true
  }
}

function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value
}

/** A key that no response name can equal. */
function variantOf(field: FieldNode): string {
  return `${keyOf(field)}:${field.name.value}(${(field.arguments ?? []).map(print).sort().join()})`
}

/** The name of a client's field in the data. */
export function nameInData(aliases: PlannedDocument['aliases'], key: string, field: FieldNode | undefined): string {
  if (aliases.size === 0 || !field) return key
  return aliases.get(key) ?? aliases.get(variantOf(field)) ?? key
}

/** Maps the plan's response names back to the client's. */
export function clientNames(aliases: PlannedDocument['aliases']): ReadonlyMap<string, string> {
  return new Map([...aliases].map(([name, alias]) => [alias, name.split(':', 1).join()]))
}

/**
 * Removes conditions that are constant, known, or already decided by the same variable further out. The planner
 * ignores the last kind when it fetches the field, but not when it fetches the field's @requires.
 */
function decided(document: DocumentNode, conditions: Conditions): DocumentNode {
  const known = new Map(Object.entries(conditions))
  const definitions = document.definitions.map((node) =>
    node.kind === Kind.OPERATION_DEFINITION || node.kind === Kind.FRAGMENT_DEFINITION
      ? { ...node, selectionSet: decide(node.selectionSet, known) }
      : node,
  )
  return { ...document, definitions }
}

function decide(set: SelectionSetNode, known: ReadonlyMap<string, boolean>): SelectionSetNode {
  const selections = set.selections.flatMap((selection): SelectionNode[] => {
    const inside = new Map(known)
    const directives: DirectiveNode[] = []
    for (const directive of selection.directives ?? []) {
      const { name, arguments: given } = directive
      const value = given?.find((argument) => argument.name.value === 'if')?.value
      const wanted = name.value === 'include' ? true : name.value === 'skip' ? false : undefined
      const is =
        value?.kind === Kind.BOOLEAN
          ? value.value
          : value?.kind === Kind.VARIABLE
            ? inside.get(value.name.value)
            : undefined
      if (wanted === undefined || is === undefined) directives.push(directive)
      else if (is !== wanted) return []
      if (wanted !== undefined && value?.kind === Kind.VARIABLE) inside.set(value.name.value, wanted)
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD || !selection.selectionSet) return [{ ...selection, directives }]
    return [{ ...selection, directives, selectionSet: decide(selection.selectionSet, inside) }]
  })
  return { ...set, selections: selections.length > 0 ? selections : [TYPENAME] }
}

/**
 * Adds `__typename` to a field whose selections may all be excluded by conditions. The planner would otherwise omit
 * the field, and nobody would know whether it is null.
 */
function withTypenames(document: DocumentNode): DocumentNode {
  const fragments = fragmentsOf(document)
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

/**
 * Removes fragments on a wider interface than their parent type: they change nothing, and the planner fails on them
 * with an @interfaceObject.
 */
function withoutWiderTypes(document: DocumentNode, api: GraphQLSchema): DocumentNode {
  const fragments = fragmentsOf(document)
  const types = new TypeInfo(api)
  const narrow = (fragment: InlineFragmentNode, condition: string | undefined) => {
    const on = types.getParentType()
    const type = condition === undefined ? undefined : api.getType(condition)
    if (!on || !isCompositeType(type) || type === on) return undefined
    const isWider = isAbstractType(type) && (isObjectType(on) || isInterfaceType(on)) && api.isSubType(type, on)
    if (isWider) return fragment
    // A fragment inside a removed one may be for other types.
    return doTypesOverlap(api, type, on) ? undefined : TYPENAME
  }
  return visit(
    document,
    visitWithTypeInfo(types, {
      InlineFragment: ({ typeCondition, ...fragment }) => narrow(fragment, typeCondition?.name.value),
      FragmentSpread({ name, directives = [] }) {
        const fragment = fragments.get(name.value)
        if (!fragment) return undefined
        const { selectionSet, typeCondition } = fragment
        return narrow({ kind: Kind.INLINE_FRAGMENT, directives, selectionSet }, typeCondition.name.value)
      },
    }),
  )
}

/**
 * Removes introspection, which the gateway itself answers. The planner fails on it below a condition, and on fragments
 * that only introspection uses, because it knows an older version of introspection.
 */
function withoutIntrospection(document: DocumentNode): DocumentNode {
  let introspects = false
  const asked = visit(document, {
    Field(field) {
      if (field.name.value !== '__schema' && field.name.value !== '__type') return undefined
      introspects = true
      return TYPENAME
    },
  })
  return introspects ? withoutUnusedFragments(asked) : document
}
