import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner'
import { getNamedType, isInterfaceType, isObjectType, Kind, parseType, valueFromAST, visit } from 'graphql'
import type {
  ArgumentNode,
  DocumentNode,
  ExecutionResult,
  FieldNode,
  GraphQLError,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql'
import { codedError } from '../errors.ts'
import { withoutConflicts } from './conflicts.ts'
import { documentToPlan, type DocumentToPlan } from './planned-document.ts'
import type { Conditions, Variables } from './variables.ts'
import { planDocument } from './plan-document.ts'
import type { Resumable, SupergraphInForce } from '../supergraph/supergraph.ts'
import { sharingOf, type Sharing } from './sharing.ts'
import { unusedNames } from './unused-names.ts'

/** A planned subscription, without variables: the request to one subgraph, and the processing of each event. */
export interface SubscriptionPlan {
  /** Unique for each plan. */
  readonly id: number
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly variables: Variables
  readonly primary: FetchNode
  /** The fetches from other subgraphs for each event. */
  readonly rest: readonly PlanNode[]
  /** Renames the client's variables to the plan's. */
  readonly rename: <T>(given: Readonly<Record<string, T>>) => Readonly<Record<string, T>>
  /** Maps the client's response names to the plan's, where they differ. */
  readonly aliases: ReadonlyMap<string, string>
  readonly resume: Resume | null
  /** Whether the first event is needed to understand the others. */
  readonly snapshot: boolean
  readonly sharing: Sharing
  /** Called with the size in bytes of what is compiled later and kept with the plan. */
  holds(bytes: number): void
}

/** How a resumable stream gets its start position, and where each event's cursor is. */
export interface Resume {
  readonly variable: string
  /** The client's resume argument; undefined if it sent none. */
  initial(variables: Readonly<Record<string, unknown>>): unknown
  cursorOf(event: ExecutionResult): string | null
}

/** The variables of the primary fetch, with `cursor` as the start if there is one. */
export function primaryVariables(
  { primary, resume, rename }: SubscriptionPlan,
  given: Readonly<Record<string, unknown>>,
  cursor: string | null,
): Record<string, unknown> {
  const variables = rename(given)
  const used: Record<string, unknown> = {}
  for (const name of primary.variableUsages ?? []) if (variables[name] !== undefined) used[name] = variables[name]
  const from = resume && (cursor ?? resume.initial(given))
  if (resume && from !== undefined) used[resume.variable] = from
  return used
}

/** A prepared subscription. It is planned once, or once for each combination of its conditions. */
export interface SubscriptionToPlan extends Pick<DocumentToPlan, 'byConditions'> {
  /**
   * Throws a GraphQLError with a reason if it cannot be planned. `holds` is called with sizes in bytes, as in
   * `SubscriptionPlan`.
   */
  plan(conditions: Conditions, id: number, holds?: (bytes: number) => void): SubscriptionPlan
}

/** The document is valid. Throws a GraphQLError with a reason if the subscription cannot be planned. */
export function subscriptionToPlan(
  supergraph: SupergraphInForce,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): SubscriptionToPlan {
  const root = rootField(document, operation)
  const resumable = supergraph.resumable.get(root.name.value)
  const asked = resumable && withCursor(supergraph, document, operation, root, resumable)
  const toPlan = documentToPlan(asked?.document ?? document, operation, supergraph)
  const atRoot = selectionsAtRoot(document, operation)
  return {
    byConditions: toPlan.byConditions,
    plan(conditions, id, holds = () => {}) {
      const { document: plannable, rename, aliases } = toPlan.for(conditions)
      if (withoutConflicts(plannable, supergraph.requiring).length > 1) {
        throw refuse(
          'Fields of this subscription require the same other field with different arguments: leave one out.',
        )
      }
      const { primary, rest } = planned(supergraph, plannable, operation)
      // If the cursor comes from another subgraph than the stream, it is no position in the stream.
      const resumes =
        asked && primary.variableUsages?.includes(asked.resume.variable) && primary.operation.includes(asked.cursorKey)
      return {
        id,
        document,
        operation,
        variables,
        primary,
        rest,
        rename,
        aliases,
        holds,
        resume: resumes ? asked.resume : null,
        snapshot: supergraph.snapshots.has(root.name.value),
        sharing: sharingOf(supergraph.publicFields, document, operation, atRoot, primary, rest),
      }
    },
  }
}

function planned(supergraph: SupergraphInForce, document: DocumentNode, operation: OperationDefinitionNode) {
  let plan: QueryPlan
  try {
    plan = planDocument(supergraph, document, operation.name?.value)
  } catch (error) {
    throw refuse('This subscription cannot be planned.', error)
  }
  if (plan.node?.kind !== 'Subscription') throw refuse('This subscription selects no field of a subgraph.')
  const { primary, rest } = plan.node
  return { primary, rest: rest ? (rest.kind === 'Sequence' ? rest.nodes : [rest]) : [] }
}

/**
 * Refuses a condition on the root field: the planner does not support it, and a stream whose condition is false would
 * never have events. Must be called before validation, because graphql-js's own rule throws on it.
 */
export function refuseConditionalRoot(document: DocumentNode, operation: OperationDefinitionNode): void {
  forEachAtRoot(document, operation.selectionSet, (selection) => {
    const condition = selection.directives?.find(({ name }) => name.value === 'skip' || name.value === 'include')
    if (!condition) return
    throw refuse(`The root field of a subscription must not have @${condition.name.value}: leave it out.`)
  })
}

type Selection = SelectionSetNode['selections'][number]

function forEachAtRoot(
  document: DocumentNode,
  { selections }: SelectionSetNode,
  visitOne: (selection: Selection) => void,
  seen = new Set<string>(),
): void {
  for (const selection of selections) {
    visitOne(selection)
    if (selection.kind === Kind.INLINE_FRAGMENT) forEachAtRoot(document, selection.selectionSet, visitOne, seen)
    // A document that is not validated yet may have cyclic fragments.
    if (selection.kind !== Kind.FRAGMENT_SPREAD || seen.has(selection.name.value)) continue
    seen.add(selection.name.value)
    for (const definition of document.definitions) {
      const named = definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value
      if (named) forEachAtRoot(document, definition.selectionSet, visitOne, seen)
    }
  }
}

function selectionsAtRoot(document: DocumentNode, { selectionSet }: OperationDefinitionNode): ReadonlySet<unknown> {
  const selections = new Set<unknown>()
  forEachAtRoot(document, selectionSet, (selection) => selections.add(selection))
  return selections
}

function rootField(document: DocumentNode, operation: OperationDefinitionNode): FieldNode {
  const fields = new Map<string, FieldNode>()
  forEachAtRoot(document, operation.selectionSet, (selection) => {
    if (selection.kind === Kind.FIELD) fields.set((selection.alias ?? selection.name).value, selection)
  })
  const [field, another] = fields.values()
  if (!field || another) throw refuse('A subscription must have exactly one root field.')
  return field
}

/**
 * Prepares the document of a resumable field: the cursor is always selected, under a generated alias, and the resume
 * argument is a generated variable, so that resuming needs no new plan. The response is shaped by the client's own
 * document, which has neither.
 */
function withCursor(
  supergraph: SupergraphInForce,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  root: FieldNode,
  { argument, cursor }: Resumable,
): { document: DocumentNode; cursorKey: string; resume: Resume } | null {
  const definition = supergraph.api.getSubscriptionType()?.getFields()[root.name.value]
  const type = definition?.args.find(({ name }) => name === argument)?.type
  const result = definition && getNamedType(definition.type)
  if (!type || !(isObjectType(result) || isInterfaceType(result)) || !result.getFields()[cursor]) return null

  const unused = unusedNames(document)
  const variable = unused('resumeAfter')
  const cursorKey = unused('resumeCursor')
  const atRoot = selectionsAtRoot(document, operation)
  const given = root.arguments?.find(({ name }) => name.value === argument)?.value
  const name = (value: string) => ({ kind: Kind.NAME, value }) as const
  const resumeArgument: ArgumentNode = {
    kind: Kind.ARGUMENT,
    name: name(argument),
    value: { kind: Kind.VARIABLE, name: name(variable) },
  }
  const cursorField: FieldNode = { kind: Kind.FIELD, alias: name(cursorKey), name: name(cursor) }

  const changed = visit(document, {
    Field(field) {
      if (!atRoot.has(field)) return undefined
      return {
        ...field,
        arguments: [...(field.arguments ?? []).filter((one) => one.name.value !== argument), resumeArgument],
        selectionSet: {
          kind: Kind.SELECTION_SET,
          selections: [...(field.selectionSet?.selections ?? []), cursorField],
        },
      }
    },
    OperationDefinition(node) {
      if (node !== operation) return undefined
      const ours = {
        kind: Kind.VARIABLE_DEFINITION,
        variable: { kind: Kind.VARIABLE, name: name(variable) },
        type: parseType(type.toString()),
      } as const
      return { ...node, variableDefinitions: [...(node.variableDefinitions ?? []), ours] }
    },
  })

  const responseKey = (root.alias ?? root.name).value
  return {
    document: changed,
    cursorKey,
    resume: {
      variable,
      initial: (variables) => (given ? valueFromAST(given, type, variables) : undefined),
      cursorOf(event) {
        const value = (event.data?.[responseKey] as Record<string, unknown> | null | undefined)?.[cursorKey]
        return typeof value === 'string' ? value : null
      },
    },
  }
}

function refuse(message: string, cause?: unknown): GraphQLError {
  return codedError('SUBSCRIPTION_NOT_SUPPORTED', message, { status: 400, ...(cause !== undefined && { cause }) })
}
