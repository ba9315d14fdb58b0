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
  OperationTypeNode,
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

/**
 * Reads that one token of a rate pays for. A page is one statement however few places it has, and so may an object be that is
 * requested under a further name. Without it, a hundred aliases of a page of one cost as much as one, and load a
 * database a hundred times as much. A list of 20 with a page in each of its places takes one token.
 */
export const READS_PER_TOKEN = 20

/**
 * Items of lists given to a mutation that cost as much as one read: each is a row to write, and may be somebody to tell. So
 * 10,000 of them cost a hundred tokens.
 */
const WRITES_PER_READ = 5

/** The tokens that an operation of this size costs beyond that of its request: common page sizes cost nothing. */
export const sizePointsOf = ({ objects, reads }: Size) =>
  Math.floor(objects / OBJECTS_PER_TOKEN) + Math.floor(reads / READS_PER_TOKEN)

/** The size of a page if neither the operation nor the schema names it. */
const USUAL_PAGE = 20
/** The least size of a list without pages. A list inside a page counts with its page. */
const USUAL_LIST = 10

/** How much an operation may make subgraphs do, if every page is full. */
export interface Size {
  /** Objects that it may return, and items of the lists that it gives as arguments. */
  readonly objects: number
  /** Pages, objects under another name, and in a mutation a fifth of the items that it gives. */
  readonly reads: number
}

const NOTHING: Size = { objects: 0, reads: 0 }
const sum = (a: Size, b: Size): Size => ({ objects: a.objects + b.objects, reads: a.reads + b.reads })

export interface CostOf {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly variables: Readonly<Record<string, unknown>>
  readonly schema: GraphQLSchema
}

/**
 * The maximum size of an operation: a field with `first` or `last` multiplies by that number, which is how a short document
 * can request millions. A list without pages is as long as the longest list among its arguments, such as ids to look up.
 * Each fragment is counted once. The operation is valid.
 */
export function costOf({ document, operation, variables, schema }: CostOf): Size {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  const counted = new Map<string, Size>()

  const ofSelection = (selectionSet: SelectionSetNode, parent: GraphQLNamedType | undefined, paged: boolean): Size => {
    let size = NOTHING
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) size = sum(size, ofField(selection, parent, paged))
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const name = selection.typeCondition?.name.value
        size = sum(size, ofSelection(selection.selectionSet, name === undefined ? parent : schema.getType(name), paged))
      } else {
        const key = `${selection.name.value} ${paged}`
        let known = counted.get(key)
        if (known === undefined) {
          const fragment = fragments.get(selection.name.value)
          known = fragment
            ? ofSelection(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value), paged)
            : NOTHING
          counted.set(key, known)
        }
        size = sum(size, known)
      }
    }
    return size
  }

  const ofField = (node: FieldNode, parent: GraphQLNamedType | undefined, paged: boolean): Size => {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined
    const type = field && getNamedType(field.type)
    const given = listsOf(node.arguments, variables)
    const writes = operation.operation === OperationTypeNode.MUTATION ? given.items / WRITES_PER_READ : 0
    if (!field || !type || !isCompositeType(type) || !node.selectionSet) return { objects: given.items, reads: writes }
    const page = pageSize(field, node)
    const isList = isListType(getNullableType(field.type))
    const times = page ?? (isList && !paged ? Math.max(USUAL_LIST, given.longest) : 1)
    const below = ofSelection(node.selectionSet, type, page !== null && !isList)
    return {
      objects: times * (1 + below.objects) + given.items,
      reads: times * below.reads + (page !== null || node.alias ? 1 : 0) + writes,
    }
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

/** How many items the lists of these arguments have together, at any depth, and the longest of them. */
function listsOf(
  given: FieldNode['arguments'],
  variables: Readonly<Record<string, unknown>>,
): { readonly items: number; readonly longest: number } {
  let [items, longest] = [0, 0]
  const count = (length: number) => {
    items += length
    longest = Math.max(longest, length)
  }
  // A stack, because a variable may have any depth.
  const values: unknown[] = []
  const nodes = (given ?? []).map(({ value }) => value)
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    if (node.kind === Kind.VARIABLE) values.push(variables[node.name.value])
    else if (node.kind === Kind.OBJECT) for (const { value } of node.fields) nodes.push(value)
    else if (node.kind === Kind.LIST) {
      count(node.values.length)
      for (const value of node.values) nodes.push(value)
    }
  }
  while (values.length > 0) {
    const value = values.pop()
    if (typeof value !== 'object' || value === null) continue
    if (Array.isArray(value)) count(value.length)
    for (const one of Object.values(value)) if (typeof one === 'object') values.push(one)
  }
  return { items, longest }
}

/**
 * What one event of a subscription may cost. A subscription pays once, when it is opened, and its events come as often as
 * others send them: without this limit one message could cause as much as a hundred large queries. An event brings one thing
 * and what belongs to it, and the rest is for a query.
 */
export const MAX_EVENT: Size = { objects: 500, reads: 10 }

export function checkEventCost({ objects, reads }: Size): readonly GraphQLError[] {
  if (objects <= MAX_EVENT.objects && reads <= MAX_EVENT.reads) return []
  const facts = { limit: MAX_EVENT.objects, pages: MAX_EVENT.reads }
  return [
    refused(
      'DOCUMENT_TOO_COMPLEX',
      `Each event of this subscription can return ${objects} objects, and read ${reads} pages or objects under aliases; ${facts.limit} and ${facts.pages} are the maximum: ask for the rest by a query.`,
      facts,
    ),
  ]
}

export function makeCheckCost(maxCost: number = DEFAULT_MAX_COST) {
  return ({ objects }: Size): readonly GraphQLError[] =>
    objects > maxCost
      ? [
          refused(
            'DOCUMENT_TOO_COMPLEX',
            `The operation can give and return ${objects} objects, more than ${maxCost}, when all pages are full: ask for smaller pages, or split the request.`,
            { limit: maxCost },
          ),
        ]
      : []
}
