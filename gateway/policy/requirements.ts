import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Declaration, Declarations, Requirement } from './declarations.ts'

/** A requirement of an operation, and the first field or type with it. */
export interface Finding {
  readonly requirement: Requirement | { readonly kind: 'undeclared' } | { readonly kind: 'introspection' }
  readonly coordinate: string
}

const AUTHENTICATED = { kind: 'authenticated' } as const
const UNDECLARED = { kind: 'undeclared' } as const
const INTROSPECTION = { kind: 'introspection' } as const

export interface FindOptions {
  readonly schema: GraphQLSchema
  readonly declarations: Declarations
  /** Whether a root field without a declaration is open (other supergraphs) or closed (ours). */
  readonly undeclared: 'refuse' | 'allow'
}

/**
 * All requirements of an operation, without repetitions. `@skip` and `@include` are ignored: access does not depend on
 * variables.
 *
 * - An object's requirements apply wherever a field returns it or a fragment narrows to it.
 * - A field selected on an interface has the requirements of the interface's field, and of the field in each possible object
 *   type, because the actual type is only known after execution.
 * - A root field is public, or declares requirements, or is undeclared; also if a root type is reached below the root.
 *
 * Each fragment is walked once for each type that it is spread in, so the work is bounded by the text and the schema.
 */
export function findRequirements(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  { schema, declarations, undeclared }: FindOptions,
): readonly Finding[] {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
  const found = new Map<string, Finding>()
  const walked = new Set<string>()
  /** Fields whose `@requires` is being followed, which may lead back to them. */
  const followed = new Set<string>()

  const add = (requirement: Finding['requirement'], coordinate: string) => {
    const key = JSON.stringify(requirement)
    if (!found.has(key)) found.set(key, { requirement, coordinate })
  }
  const addAll = ({ requirements }: Declaration, coordinate: string) => {
    for (const requirement of requirements) add(requirement, coordinate)
  }

  const reach = (type: GraphQLNamedType) => addAll(declarations.ofType(type), type.name)

  const useField = (type: GraphQLNamedType, fieldName: string) => {
    const coordinate = `${type.name}.${fieldName}`
    const declaration = declarations.ofField(type.name, fieldName)
    addAll(declaration, coordinate)
    for (const selection of declaration.requires) {
      if (followed.has(coordinate)) break
      followed.add(coordinate)
      walk(selection, type)
      followed.delete(coordinate)
    }
  }

  const useRootField = (type: GraphQLNamedType, fieldName: string) => {
    const declaration = declarations.ofField(type.name, fieldName)
    if (declaration.isPublic) return
    const declared = declaration.requirements.length > 0 || declarations.ofType(type).requirements.length > 0
    const coordinate = `${type.name}.${fieldName}`
    if (declared) add(AUTHENTICATED, coordinate)
    else if (undeclared === 'refuse') add(UNDECLARED, coordinate)
  }

  const walk = (selectionSet: SelectionSetNode, parent: GraphQLNamedType): void => {
    for (const selection of selectionSet.selections) {
      switch (selection.kind) {
        case Kind.FIELD: {
          const name = selection.name.value
          if (name === '__typename') break
          if (name === '__schema' || name === '__type') {
            add(INTROSPECTION, name)
            break
          }
          if (roots.has(parent as never)) useRootField(parent, name)
          useField(parent, name)
          if (isAbstractType(parent))
            for (const possible of schema.getPossibleTypes(parent)) {
              reach(possible)
              useField(possible, name)
            }
          const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
          const type = field && getNamedType(field.type)
          if (!type) break
          reach(type)
          if (selection.selectionSet && isCompositeType(type)) walk(selection.selectionSet, type)
          break
        }
        case Kind.INLINE_FRAGMENT: {
          walk(selection.selectionSet, narrow(parent, selection.typeCondition?.name.value))
          break
        }
        case Kind.FRAGMENT_SPREAD: {
          const fragment = fragments.get(selection.name.value)
          if (!fragment) break
          const type = narrow(parent, fragment.typeCondition.name.value)
          const key = `${fragment.name.value} ${type.name}`
          if (walked.has(key)) break
          walked.add(key)
          walk(fragment.selectionSet, type)
          break
        }
      }
    }
  }

  /** The type inside a fragment: an object type stays the same if the fragment only names one of its interfaces. */
  const narrow = (parent: GraphQLNamedType, condition: string | undefined): GraphQLNamedType => {
    const type = condition === undefined ? parent : schema.getType(condition)
    if (!type) return parent
    reach(type)
    return isObjectType(parent) && isAbstractType(type) ? parent : type
  }

  const root = schema.getRootType(operation.operation)
  if (root) {
    reach(root)
    walk(operation.selectionSet, root)
  }
  return [...found.values()]
}
