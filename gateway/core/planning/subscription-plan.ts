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

/** A subscription as it runs, apart from variables: what to ask of one subgraph, and what to do with each event. */
export interface SubscriptionPlan {
  /** Different for each plan that is made. */
  readonly id: number
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly variables: Variables
  readonly primary: FetchNode
  /** What is fetched from other subgraphs per event. */
  readonly rest: readonly PlanNode[]
  /** From the client's names of variables to the plan's. */
  readonly rename: <T>(given: Readonly<Record<string, T>>) => Readonly<Record<string, T>>
  /** From the client's response names to the plan's, where they differ. */
  readonly aliases: ReadonlyMap<string, string>
  readonly resume: Resume | null
  readonly sharing: Sharing
  /** Hears what is made of the plan, in bytes, and kept with it. */
  holds(bytes: number): void
}

/** How a resumable stream is told where to start, and how far an event takes it. */
export interface Resume {
  readonly variable: string
  /** What the client gave as the resume argument; undefined when nothing. */
  initial(variables: Readonly<Record<string, unknown>>): unknown
  cursorOf(event: ExecutionResult): string | null
}

/** The variables of the primary fetch, from `cursor` on where there is one. */
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

/** A subscription that was read, to be planned once or once for each of the values of its conditions. */
export interface SubscriptionToPlan extends Pick<DocumentToPlan, 'byConditions'> {
  /** Throws a GraphQLError with a reason for what cannot be planned. `holds` hears what is made of the plan, in bytes. */
  plan(conditions: Conditions, id: number, holds?: (bytes: number) => void): SubscriptionPlan
}

/** Throws a GraphQLError with a reason for what cannot be planned; the document is valid. */
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
        throw refuse('Fields of this subscription require another field with different arguments: leave one out.')
      }
      const { primary, rest } = planned(supergraph, plannable, operation)
      // The cursor may come from another subgraph than the stream: then it is no position in the stream.
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
  if (plan.node?.kind !== 'Subscription') throw refuse('This subscription selects nothing of a subgraph.')
  const { primary, rest } = plan.node
  return { primary, rest: rest ? (rest.kind === 'Sequence' ? rest.nodes : [rest]) : [] }
}

/**
 * The planner gives up on a condition around the root field, and the stream could never be opened if it was false. To be
 * called before validation: graphql-js's own rule throws on it.
 */
export function refuseConditionalRoot(document: DocumentNode, operation: OperationDefinitionNode): void {
  forEachAtRoot(document, operation.selectionSet, (selection) => {
    const condition = selection.directives?.find(({ name }) => name.value === 'skip' || name.value === 'include')
    if (!condition) return
    throw refuse(
      `@${condition.name.value} cannot stand on the root field of a subscription: leave the subscription out.`,
    )
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
    // Documents that are not validated yet may spread a fragment in itself.
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
 * The document as it is planned for a resumable field: the cursor is always selected, under a name of ours, and the
 * resume argument is a variable of ours, so that subscribing again needs no new plan. The response is shaped by the
 * client's own document, in which neither stands.
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
