import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { LoadedSchema, OperationCheck } from '../core/types.ts'
import { readRateCosts } from './declarations.ts'

type Asked = Pick<OperationCheck<unknown>, 'schema' | 'document' | 'operation'>

/**
 * The rate cost of an operation's root fields, by the schema's `@rateCost`. Every selection counts: twenty aliases of
 * one field cost twenty times as much, so that a batch in one request is not cheaper than its parts. `@skip` and
 * `@include` are ignored, as in all checks of an operation.
 */
export function makeRateCostOf(): (asked: Asked) => number {
  const schemas = new WeakMap<
    LoadedSchema,
    { costs: ReadonlyMap<string, number>; known: WeakMap<OperationDefinitionNode, number> }
  >()
  return ({ schema, document, operation }) => {
    let of = schemas.get(schema)
    if (!of) schemas.set(schema, (of = { costs: readRateCosts(schema.supergraph), known: new WeakMap() }))
    if (of.costs.size === 0) return 0
    let points = of.known.get(operation)
    if (points === undefined) {
      const root = schema.supergraph.getRootType(operation.operation)?.name ?? ''
      points = pointsOf(operation.selectionSet, root, of.costs, fragmentsOf(document), new Map())
      of.known.set(operation, points)
    }
    return points
  }
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  return fragments
}

/** Each fragment is summed once, however often it is spread. The operation is valid, so fragments have no cycles. */
function pointsOf(
  { selections }: SelectionSetNode,
  root: string,
  costs: ReadonlyMap<string, number>,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  summed: Map<string, number>,
): number {
  let points = 0
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) points += costs.get(`${root}.${selection.name.value}`) ?? 0
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      points += pointsOf(selection.selectionSet, root, costs, fragments, summed)
    else {
      const name = selection.name.value
      const fragment = fragments.get(name)
      let sum = summed.get(name)
      if (sum === undefined) {
        sum = fragment ? pointsOf(fragment.selectionSet, root, costs, fragments, summed) : 0
        summed.set(name, sum)
      }
      points += sum
    }
  }
  return points
}
