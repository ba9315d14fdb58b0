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

/**
 * What a room says about its events, so that each event is executed only once for all viewers to whom it looks the
 * same.
 */
export interface EventViews {
  /**
   * Returns the name of the viewer's view of the event: all viewers with this name see the same. Null if the viewer has
   * a view of its own.
   */
  viewOf(event: unknown, identity: Identity): string | null
  /** Returns the same name for two objects only if they are the same event to every viewer of a view. */
  nameOf(event: unknown): string
  /** `Type.field` of each field whose resolver depends only on the parent, not on the viewer. */
  readonly sameForAll: readonly string[]
}

/** Maximum cached answers: about as many as are sent to streams at one moment. At the limit the cache is emptied. */
const MAX_KEPT = 64

export interface SharedEvents {
  /**
   * Returns the answer for an event. Calls `execute` unless another viewer with the same view already has the answer.
   */
  run(event: EventToAnswer, execute: () => Result): Result
}

type Result = ExecutionResult | Promise<ExecutionResult>

interface EventToAnswer {
  readonly document: DocumentNode
  readonly operationName: string | undefined
  readonly event: unknown
  readonly identity: Identity
}

/**
 * Shares answers between streams of the same document. They are shared only if the selections depend on nothing but the
 * view: below the root field there is no variable, and no field whose resolver depends on the viewer. An answer with
 * errors is not shared.
 */
export function makeSharedEvents(schema: GraphQLSchema, views: EventViews | undefined): SharedEvents {
  if (!views) return { run: (_, execute) => execute() }
  const sameForAll = new Set(views.sameForAll)
  /** For each document and operation name: whether its answers may be shared. */
  const shareable = new WeakMap<DocumentNode, Map<string | undefined, boolean>>()
  let kept = new WeakMap<DocumentNode, Map<string, Result>>()
  let count = 0

  const mayShare = ({ document, operationName }: EventToAnswer): boolean => {
    const known = shareable.get(document) ?? new Map<string | undefined, boolean>()
    shareable.set(document, known)
    let may = known.get(operationName)
    if (may === undefined) {
      may = dependsOnViewAlone(schema, document, operationName, sameForAll)
      known.set(operationName, may)
    }
    return may
  }

  /** The answers for the event that came last: mostly an event goes to all streams one after the other. */
  let last: { readonly event: unknown; readonly answers: Answer[] } = { event: null, answers: [] }

  /** The answer for the same event as another object, such as one that was read from the log, or a new one. */
  const answer = ({ document, operationName, event }: EventToAnswer, view: string, execute: () => Result): Result => {
    let answers = kept.get(document)
    const key = `${operationName ?? ''} ${view} ${views.nameOf(event)}`
    const known = answers?.get(key)
    if (known) return known
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
  }

  return {
    run(asked, execute) {
      const { document, operationName, event, identity } = asked
      const view = mayShare(asked) ? views.viewOf(event, identity) : null
      if (view === null) return execute()
      if (last.event !== event) last = { event, answers: [] }
      const { answers } = last
      for (const known of answers) {
        if (known.view === view && known.document === document && known.operationName === operationName)
          return withoutErrors(known.result, execute)
      }
      let made = false
      const result = answer(asked, view, () => {
        made = true
        return execute()
      })
      if (result instanceof Promise || !result.errors) answers.push({ document, operationName, view, result })
      return made ? result : withoutErrors(result, execute)
    },
  }
}

/** What another viewer got, unless it turns out to have errors. */
function withoutErrors(result: Result, execute: () => Result): Result {
  if (!(result instanceof Promise)) return result
  return result.then((settled) => (settled.errors ? execute() : settled))
}

interface Answer {
  readonly document: DocumentNode
  readonly operationName: string | undefined
  readonly view: string
  readonly result: Result
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

  /** Root fields (`isRoot`) may have variables and resolvers: they only return the event, of which this is the view. */
  const dependOnView = (type: GraphQLNamedType, selectionSet: SelectionSetNode, isRoot: boolean): boolean =>
    selectionSet.selections.every((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value)
        const inside = fragment && schema.getType(fragment.typeCondition.name.value)
        return !!inside && !hasVariable(selection.directives) && dependOnView(inside, fragment.selectionSet, isRoot)
      }
      if (hasVariable(selection.directives)) return false
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const inside = selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : type
        return !!inside && dependOnView(inside, selection.selectionSet, isRoot)
      }
      const name = selection.name.value
      if (name === '__typename') return true
      if (!isRoot && hasVariable(selection.arguments)) return false
      const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [type]
      return types.every((one) => {
        const field = isObjectType(one) ? one.getFields()[name] : undefined
        if (!field || (!isRoot && field.resolve && !sameForAll.has(`${one.name}.${name}`))) return false
        return !selection.selectionSet || dependOnView(getNamedType(field.type), selection.selectionSet, false)
      })
    })
  return dependOnView(root, operation.selectionSet, true)
}

function hasVariable(nodes: readonly { readonly kind: string }[] | undefined): boolean {
  let found = false
  for (const node of nodes ?? []) visit(node as never, { Variable: () => void (found = true) })
  return found
}
