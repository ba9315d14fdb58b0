import { isAbstractType, isInterfaceType, isObjectType, getNamedType, Kind, parse, valueFromASTUntyped } from 'graphql'
import type { ASTNode, GraphQLField, GraphQLSchema, SelectionSetNode } from 'graphql'
import { fragmentsOf } from './syntax.ts'

/** Tells which fields are the same for everybody who may read them. */
export interface PublicFields {
  /** Whether every field of this fetch is public; `operation` is the text of the fetch. */
  fetch(operation: string): boolean
}

/**
 * Reads `@cacheControl(scope: PUBLIC | PRIVATE)` under its name in this supergraph; with null, which means that
 * nothing links it, every field is private. A field is public if it is marked so; or if it is unmarked, its type is
 * marked PUBLIC, and its result's type is not marked PRIVATE. A mark on a type applies to all its fields, from any
 * subgraph. Everything else is private. Through an interface or a union a field is public if it is public in every
 * possible type.
 */
export function makePublicFields(schema: GraphQLSchema, directive: string | null): PublicFields {
  type Marked = { readonly astNode?: unknown; readonly extensionASTNodes?: readonly ASTNode[] }

  const scopesOf = ({ astNode, extensionASTNodes = [] }: Marked): string[] =>
    [astNode as { directives?: readonly DirectiveLike[] } | null | undefined, ...extensionASTNodes].flatMap((node) =>
      ((node as { directives?: readonly DirectiveLike[] } | null | undefined)?.directives ?? [])
        .filter(({ name }) => name.value === directive)
        .flatMap(({ arguments: given = [] }) => given)
        .filter(({ name }) => name.value === 'scope')
        .map(({ value }) => String(valueFromASTUntyped(value))),
    )
  /** Several subgraphs may mark the same element: one PRIVATE makes it private. */
  const scopeOf = (marked: Marked): 'PUBLIC' | 'PRIVATE' | null => {
    const scopes = scopesOf(marked)
    if (scopes.length === 0) return null
    return scopes.every((scope) => scope === 'PUBLIC') ? 'PUBLIC' : 'PRIVATE'
  }

  const isPublicIn = (type: Marked, field: GraphQLField<unknown, unknown>): boolean => {
    const own = scopeOf(field)
    if (own) return own === 'PUBLIC'
    return scopeOf(type) === 'PUBLIC' && scopeOf(getNamedType(field.type)) !== 'PRIVATE'
  }

  const isPublic = (typeName: string, fieldName: string): boolean => {
    const type = schema.getType(typeName)
    if (!isObjectType(type) && !isInterfaceType(type)) return false
    const field = type.getFields()[fieldName]
    if (!field) return false
    const behind = isAbstractType(type) ? schema.getPossibleTypes(type) : [type]
    const isPublicBehind = (one: (typeof behind)[number]) => {
      const there = one.getFields()[fieldName]
      return there !== undefined && isPublicIn(one, there)
    }
    return behind.length > 0 && behind.every(isPublicBehind)
  }

  const returned = (typeName: string, fieldName: string): string | null => {
    const type = schema.getType(typeName)
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined
    return field ? getNamedType(field.type).name : null
  }

  return {
    fetch(text) {
      if (directive === null) return false
      const document = parse(text, { noLocation: true })
      const fragments = fragmentsOf(document)
      /** `typeName` is null in `_entities`, whose selections all have a type condition. */
      const all = ({ selections }: SelectionSetNode, typeName: string | null): boolean =>
        selections.every((selection) => {
          if (selection.kind === Kind.INLINE_FRAGMENT) {
            return all(selection.selectionSet, selection.typeCondition?.name.value ?? typeName)
          }
          if (selection.kind === Kind.FRAGMENT_SPREAD) {
            const fragment = fragments.get(selection.name.value)
            return fragment !== undefined && all(fragment.selectionSet, fragment.typeCondition.name.value)
          }
          const name = selection.name.value
          if (name === '__typename') return true
          if (name === '_entities') return selection.selectionSet !== undefined && all(selection.selectionSet, null)
          if (typeName === null || !isPublic(typeName, name)) return false
          return !selection.selectionSet || all(selection.selectionSet, returned(typeName, name))
        })
      return document.definitions.every((definition) => {
        if (definition.kind !== Kind.OPERATION_DEFINITION) return true
        return all(definition.selectionSet, schema.getRootType(definition.operation)?.name ?? null)
      })
    },
  }
}

interface DirectiveLike {
  readonly name: { readonly value: string }
  readonly arguments?: readonly { readonly name: { readonly value: string }; readonly value: never }[]
}
