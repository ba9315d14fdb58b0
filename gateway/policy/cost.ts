import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  GRAPHQL_MAX_INT,
  type GraphQLArgument,
  type GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { refused } from './directives.ts'

/** Maximum objects that one operation may return if every page is full. */
export const DEFAULT_MAX_COST = 50_000

/**
 * Objects that one token of a rate pays for. Without it, forty of the largest operations would cost as little as forty
 * of the smallest, and starve other clients. A client without enough tokens gets RATE_LIMITED. The largest operation
 * costs 50, which is the burst of an anonymous address.
 */
export const OBJECTS_PER_TOKEN = 1_000

/** The tokens that an operation of this size costs beyond that of its request: common page sizes cost nothing. */
export const sizePointsOf = (objects: number) => Math.floor(objects / OBJECTS_PER_TOKEN)

/** The size of a page if neither the operation nor the schema names it. */
const USUAL_PAGE = 20
/** The assumed size of a list without pages. A list inside a page counts with its page. */
const USUAL_LIST = 10

export interface CostOf {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly variables: Readonly<Record<string, unknown>>
  readonly schema: GraphQLSchema
}

/**
 * The maximum number of objects of an operation: a field with `first` or `last` multiplies by that number, which is
 * how a short document can request millions. Each fragment is counted once. The operation is valid.
 */
export function costOf({ document, operation, variables, schema }: CostOf): number {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  const counted = new Map<string, number>()

  const ofSelection = (
    selectionSet: SelectionSetNode,
    parent: GraphQLNamedType | undefined,
    paged: boolean,
  ): number => {
    let cost = 0
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) cost += ofField(selection, parent, paged)
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const name = selection.typeCondition?.name.value
        cost += ofSelection(selection.selectionSet, name === undefined ? parent : schema.getType(name), paged)
      } else {
        const key = `${selection.name.value} ${paged}`
        let known = counted.get(key)
        if (known === undefined) {
          const fragment = fragments.get(selection.name.value)
          known = fragment
            ? ofSelection(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value), paged)
            : 0
          counted.set(key, known)
        }
        cost += known
      }
    }
    return cost
  }

  const ofField = (node: FieldNode, parent: GraphQLNamedType | undefined, paged: boolean): number => {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined
    const type = field && getNamedType(field.type)
    if (!field || !type || !isCompositeType(type) || !node.selectionSet) return 0
    const size = pageSize(field, node)
    const isList = isListType(getNullableType(field.type))
    const times = size ?? (isList && !paged ? USUAL_LIST : 1)
    return times * (1 + ofSelection(node.selectionSet, type, size !== null && !isList))
  }

  /** Null for a field without pages. */
  const pageSize = (field: GraphQLField<unknown, unknown>, node: FieldNode): number | null => {
    const pages = field.args.filter(({ name }) => name === 'first' || name === 'last')
    if (pages.length === 0) return null
    const sizes = pages.flatMap((argument) => {
      const given = node.arguments?.find(({ name }) => name.value === argument.name)?.value
      const size = given === undefined ? undefined : valueOf(given)
      const known = size === undefined ? argument.defaultValue : size
      return typeof known === 'number' && known > 0 && !isRefused(known, argument) ? [known] : []
    })
    return sizes.length > 0 ? Math.max(...sizes) : USUAL_PAGE
  }

  /** Undefined for a variable without a value: then the argument's default applies. */
  const valueOf = (node: NonNullable<FieldNode['arguments']>[number]['value']): unknown => {
    if (node.kind === Kind.INT) return Number(node.value)
    if (node.kind !== Kind.VARIABLE) return null
    const name = node.name.value
    if (Object.hasOwn(variables, name)) return variables[name]
    const byDefault = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name)?.defaultValue
    return byDefault?.kind === Kind.INT ? Number(byDefault.value) : undefined
  }

  return ofSelection(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, false)
}

/**
 * Whether the argument's type refuses the value. Variables are validated later, and then the client is told which one
 * is wrong, rather than to request less.
 */
function isRefused(value: number, { type }: GraphQLArgument): boolean {
  const { name } = getNamedType(type)
  if (name === 'Int') return !Number.isInteger(value) || value > GRAPHQL_MAX_INT
  return name === 'Float' && !Number.isFinite(value)
}

export function makeCheckCost(maxCost: number = DEFAULT_MAX_COST) {
  return (objects: number): readonly GraphQLError[] =>
    objects > maxCost
      ? [
          refused(
            'DOCUMENT_TOO_COMPLEX',
            `The operation can return ${objects} objects, more than ${maxCost}, when all pages are full: ask for smaller pages, or split the request.`,
            { limit: maxCost },
          ),
        ]
      : []
}
