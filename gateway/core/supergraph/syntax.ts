import { Kind, visit } from 'graphql'
import type { ASTNode, DocumentNode, FieldNode, FragmentDefinitionNode } from 'graphql'

export const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/** Fragments by name. */
export function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  return fragments
}

/** Keeps the operations and the fragments that they spread, directly or through other fragments. */
export function withoutUnusedFragments(document: DocumentNode): DocumentNode {
  const fragments = fragmentsOf(document)
  const used = new Set<string>()
  const follow = (node: ASTNode): void => {
    visit(node, {
      FragmentSpread({ name: { value: name } }) {
        if (used.has(name)) return
        used.add(name)
        const fragment = fragments.get(name)
        if (fragment) follow(fragment)
      },
    })
  }
  for (const definition of document.definitions) if (definition.kind === Kind.OPERATION_DEFINITION) follow(definition)
  const definitions = document.definitions.filter(
    (definition) => definition.kind !== Kind.FRAGMENT_DEFINITION || used.has(definition.name.value),
  )
  return { ...document, definitions }
}

export function isIntrospection(fieldName: string): boolean {
  return fieldName === '__schema' || fieldName === '__type'
}
