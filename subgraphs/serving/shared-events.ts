import {
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql'
import type { Identity } from '../../platform/signature/identity.ts'

/** How a room's viewers see its events, so that an event is executed once for all viewers who see the same. */
export interface EventViews {
  /**
   * The name of the viewer's view of this event: viewers with the same name see the same. It is different for every event.
   * Null if nobody else sees the same.
   */
  viewOf(event: unknown, identity: Identity): string | null
  /** `Type.field` of each field whose resolver depends only on the parent, not on the viewer. */
  readonly sameForAll: readonly string[]
}

/** Maximum kept answers: about as many as go to streams at one moment. Beyond it all are dropped. */
const MAX_KEPT = 64

export interface SharedEvents {
  /** Returns the answer for an event; calls `execute` unless it was already made for another viewer with the same view. */
  run(asked: Asked, execute: () => Result): Result
}

type Result = ExecutionResult | Promise<ExecutionResult>

interface Asked {
  readonly document: DocumentNode
  readonly operationName: string | undefined
  readonly event: unknown
  readonly identity: Identity
}

/**
 * Shares answers between streams of the same document if its selections depend only on the event's view: they have no
 * variable below the root field, and no field that depends on the viewer. An answer with errors is not shared.
 */
export function makeSharedEvents(schema: GraphQLSchema, views: EventViews | undefined): SharedEvents {
  if (!views) return { run: (_, execute) => execute() }
  const sameForAll = new Set(views.sameForAll)
  /** Whether the answers of a document may be shared, by the operation's name. */
  const shareable = new WeakMap<DocumentNode, Map<string | undefined, boolean>>()
  let kept = new WeakMap<DocumentNode, Map<string, Result>>()
  let count = 0

  const mayShare = ({ document, operationName }: Asked): boolean => {
    const known = shareable.get(document) ?? new Map<string | undefined, boolean>()
    shareable.set(document, known)
    let may = known.get(operationName)
    if (may === undefined) {
      may = dependsOnViewAlone(schema, document, operationName, sameForAll)
      known.set(operationName, may)
    }
    return may
  }

  return {
    run(asked, execute) {
      const { document, operationName, event, identity } = asked
      const view = mayShare(asked) ? views.viewOf(event, identity) : null
      if (view === null) return execute()
      let answers = kept.get(document)
      const key = `${operationName ?? ''} ${view}`
      const known = answers?.get(key)
      if (known) {
        if (!(known instanceof Promise)) return known
        return known.then((result) => (result.errors ? execute() : result))
      }
      const result = execute()
      if (!(result instanceof Promise) && result.errors) return result
      if (++count > MAX_KEPT) {
        kept = new WeakMap()
        answers = undefined
        count = 1
      }
      if (!answers) kept.set(document, (answers = new Map<string, Result>()))
      answers.set(key, result)
      return result
    },
  }
}

function dependsOnViewAlone(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  sameForAll: ReadonlySet<string>,
): boolean {
  const operation = getOperationAST(document, operationName)
  const root = schema.getSubscriptionType()
  if (!operation || !root) return false
  const fragments = new Map(
    document.definitions.flatMap((definition): [string, FragmentDefinitionNode][] =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  )

  /** `isRoot`: the selections are root fields, which the view covers. */
  const covers = (type: GraphQLNamedType, selectionSet: SelectionSetNode, isRoot: boolean): boolean =>
    selectionSet.selections.every((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value)
        const inside = fragment && schema.getType(fragment.typeCondition.name.value)
        return !!inside && !hasVariable(selection.directives) && covers(inside, fragment.selectionSet, isRoot)
      }
      if (hasVariable(selection.directives)) return false
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const inside = selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : type
        return !!inside && covers(inside, selection.selectionSet, isRoot)
      }
      const name = selection.name.value
      if (name === '__typename') return true
      if (!isRoot && hasVariable(selection.arguments)) return false
      const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [type]
      return types.every((one) => {
        const field = isObjectType(one) ? one.getFields()[name] : undefined
        if (!field || (!isRoot && field.resolve && !sameForAll.has(`${one.name}.${name}`))) return false
        return !selection.selectionSet || covers(getNamedType(field.type), selection.selectionSet, false)
      })
    })
  return covers(root, operation.selectionSet, true)
}

function hasVariable(nodes: readonly { readonly kind: string }[] | undefined): boolean {
  let found = false
  for (const node of nodes ?? []) visit(node as never, { Variable: () => void (found = true) })
  return found
}
