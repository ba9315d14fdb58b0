import { isAbstractType, isInterfaceType, isObjectType, Kind } from 'graphql'
import type {
  DirectiveNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLCompositeType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql'
import type { Conditions } from '../planning/variables.ts'

/** The field nodes of one response name in objects of one type. */
export interface Collected {
  readonly key: string
  readonly nodes: readonly FieldNode[]
  /** The type on which the field is selected: a fragment's, or the object's own. */
  readonly parent: string
}

/** An operation with decided @skip and @include conditions. */
export interface ShapeContext {
  /** The schema that clients see. */
  readonly schema: GraphQLSchema
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly operation: OperationDefinitionNode
  readonly conditions: Conditions
  /** See `nameInData`. */
  readonly aliases: ReadonlyMap<string, string>
  /** Called with the size in bytes of each value that is kept for later responses. */
  readonly holds?: (bytes: number) => void
}

/**
 * The specification's CollectFields: each fragment once, with decided conditions, in the order of the first
 * occurrence.
 */
export function collectFields(
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  { schema, fragments, conditions }: ShapeContext,
): readonly Collected[] {
  const collected = new Map<string, { key: string; nodes: FieldNode[]; parent: string }>()
  const spread = new Set<string>()

  const walk = ({ selections }: SelectionSetNode, parent: string): void => {
    for (const selection of selections) {
      if (!isIncluded(selection.directives, conditions)) continue
      switch (selection.kind) {
        case Kind.FIELD: {
          const key = (selection.alias ?? selection.name).value
          const known = collected.get(key)
          if (known) known.nodes.push(selection)
          else collected.set(key, { key, nodes: [selection], parent })
          break
        }
        case Kind.INLINE_FRAGMENT: {
          const condition = selection.typeCondition?.name.value
          if (applies(schema, condition, type)) walk(selection.selectionSet, condition ?? parent)
          break
        }
        case Kind.FRAGMENT_SPREAD: {
          const fragment = fragments.get(selection.name.value)
          if (!fragment || spread.has(fragment.name.value)) break
          spread.add(fragment.name.value)
          const condition = fragment.typeCondition.name.value
          if (applies(schema, condition, type)) walk(fragment.selectionSet, condition)
        }
      }
    }
  }
  for (const set of sets) walk(set, type.name)
  return [...collected.values()]
}

export function isIncluded(directives: readonly DirectiveNode[] | undefined, conditions: Conditions): boolean {
  return (directives ?? []).every(({ name, arguments: given }) => {
    if (name.value !== 'skip' && name.value !== 'include') return true
    const value = given?.find((argument) => argument.name.value === 'if')?.value
    const condition =
      value?.kind === Kind.VARIABLE ? conditions[value.name.value] : value?.kind === Kind.BOOLEAN && value.value
    return condition === (name.value === 'include')
  })
}

function applies(schema: GraphQLSchema, condition: string | undefined, type: GraphQLCompositeType): boolean {
  if (condition === undefined || condition === type.name) return true
  const wider = schema.getType(condition)
  return isAbstractType(wider) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wider, type)
}
