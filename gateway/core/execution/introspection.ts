import { executeSync, Kind } from 'graphql'
import type { DocumentNode, FieldNode, FragmentDefinitionNode } from 'graphql'
import { bytesOfValue } from '../planning/held-size.ts'
import type { Values } from '../values/values.ts'
import type { ShapeContext } from './selections.ts'

/** Answers introspection from the API schema; once only, if no variable can change the answer. */
export function compileIntrospection(
  key: string,
  nodes: readonly FieldNode[],
  { schema, operation, fragments, holds }: ShapeContext,
): (variables: Readonly<Values>) => unknown {
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: nodes } },
      ...fragments.values(),
    ] satisfies (FragmentDefinitionNode | typeof operation)[],
  }
  const introspect = (variables: Readonly<Values>) => {
    const { data, errors } = executeSync({ schema, document, rootValue: {}, variableValues: variables })
    const [error] = errors ?? []
    if (error) throw error
    return data?.[key] ?? null
  }
  if ((operation.variableDefinitions ?? []).length > 0) return introspect
  let known: { readonly value: unknown } | undefined
  return (variables) => {
    if (!known) {
      known = { value: introspect(variables) }
      holds?.(bytesOfValue(known.value))
    }
    return known.value
  }
}
