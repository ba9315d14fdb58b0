import type { FetchNode } from '@apollo/query-planner'
import { isInterfaceType, isObjectType, Kind, parse, visit } from 'graphql'
import type { ConstDirectiveNode, DirectiveNode, GraphQLSchema, SelectionSetNode } from 'graphql'
import { isIncluded } from './selections.ts'
import type { Conditions } from './variables.ts'

/** By an input's name, whether anything that is asked for under these conditions needs it. */
export type OptionalInputs = ReadonlyMap<string, (conditions: Conditions) => boolean>

/**
 * The planner puts fields together that are fetched from one subgraph for the same entities. Where one of them has a
 * @requires and a condition, what it requires was fetched under the condition too, and may be missing while the others
 * are wanted. Null where there is nothing like this.
 */
export function optionalInputs(schema: GraphQLSchema, node: FetchNode): OptionalInputs | null {
  if (!/@(skip|include)\b/.test(node.operation)) return null
  const users = new Map<string, (readonly DirectiveNode[])[]>()
  for (const { type, field, conditions } of entityFields(node.operation)) {
    for (const input of requiredBy(schema, node.serviceName, type, field)) {
      users.set(input, [...(users.get(input) ?? []), conditions])
    }
  }
  const optional = [...users].filter(([, all]) => all.every((conditions) => conditions.length > 0))
  if (optional.length === 0) return null
  return new Map(
    optional.map(([input, all]) => [input, (given) => all.some((conditions) => isIncluded(conditions, given))]),
  )
}

interface EntityField {
  readonly type: string
  readonly field: string
  /** All of them must hold. */
  readonly conditions: readonly DirectiveNode[]
}

function entityFields(operation: string): readonly EntityField[] {
  const document = parse(operation, { noLocation: true })
  const found: EntityField[] = []
  const walk = ({ selections }: SelectionSetNode, type: string, above: readonly DirectiveNode[]): void => {
    for (const selection of selections) {
      const conditions = [...above, ...(selection.directives ?? []).filter(isCondition)]
      if (selection.kind === Kind.FIELD) {
        found.push({ type, field: selection.name.value, conditions })
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, selection.typeCondition?.name.value ?? type, conditions)
      } else {
        const fragment = document.definitions.find(
          (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === selection.name.value,
        )
        if (fragment?.kind !== Kind.FRAGMENT_DEFINITION) continue
        walk(fragment.selectionSet, fragment.typeCondition.name.value, conditions)
      }
    }
  }
  visit(document, {
    Field({ name, selectionSet }) {
      if (name.value === '_entities' && selectionSet) walk(selectionSet, '_Entity', [])
      return false
    },
  })
  return found
}

function isCondition({ name }: DirectiveNode): boolean {
  return name.value === 'skip' || name.value === 'include'
}

/** The first names of what the @requires of this field in this subgraph asks for. */
function requiredBy(schema: GraphQLSchema, service: string, typeName: string, field: string): readonly string[] {
  const type = schema.getType(typeName)
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  const given = (type.getFields()[field]?.astNode?.directives ?? [])
    .filter((one) => one.name.value === 'join__field' && graphName(schema, one) === service)
    .map((one) => argumentOf(one, 'requires'))
    .find((value) => value?.kind === Kind.STRING)
  if (given?.kind !== Kind.STRING) return []
  const [definition] = parse(`{${given.value}}`, { noLocation: true }).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return []
  return definition.selectionSet.selections.flatMap((one) => (one.kind === Kind.FIELD ? [one.name.value] : []))
}

function graphName(schema: GraphQLSchema, directive: ConstDirectiveNode): string | undefined {
  const graph = argumentOf(directive, 'graph')
  const graphs = schema.getType('join__Graph')
  if (graph?.kind !== Kind.ENUM || !graphs || !('getValue' in graphs)) return undefined
  const applied = graphs.getValue(graph.value)?.astNode?.directives?.find((one) => one.name.value === 'join__graph')
  const name = applied && argumentOf(applied, 'name')
  return name?.kind === Kind.STRING ? name.value : undefined
}

function argumentOf(directive: ConstDirectiveNode, name: string) {
  return directive.arguments?.find((argument) => argument.name.value === name)?.value
}
