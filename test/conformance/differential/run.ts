import { operationFromDocument } from '@apollo/federation-internals'
import type { QueryPlan } from '@apollo/query-planner'
import fc from 'fast-check'
import {
  Kind,
  parse,
  validate,
  visit,
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type OperationDefinitionNode,
} from 'graphql'
import type { Outgoing } from '../../../gateway/core/execution/outgoing.ts'
import { compileOperation } from '../../../gateway/core/execution/operation.ts'
import { documentToPlan } from '../../../gateway/core/execution/planned-document.ts'
import type { Scope } from '../../../gateway/core/federation/scope.ts'
import { compare, type Difference } from './compare.ts'
import { graphs } from './graphs.ts'
import { operations, type RandomOperation } from './operations.ts'
import { executeByApollo } from './reference.ts'
import { makeWorld, type World } from './world.ts'

export interface Found {
  readonly graph: string
  readonly operation: RandomOperation
  readonly difference: Difference
}

export interface Outcome {
  readonly compared: number
  readonly invalid: number
  /** The planner itself failed: it is the same for both. */
  readonly unplanned: number
  /** Of those compared, how many answered with errors, and with nulls: a test that only sees success shows little. */
  readonly withErrors: number
  readonly found: Found | null
}

/** Runs random operations through both executors, by the same plan, until a difference is found. */
export async function runDifferential({
  cases,
  seed,
  shrink = false,
}: {
  cases: number
  seed: number
  /** Make what is found small, which takes minutes. */
  shrink?: boolean
}): Promise<Outcome> {
  const count = { compared: 0, invalid: 0, unplanned: 0, withErrors: 0 }
  for (const graph of graphs) {
    const world = makeWorld(graph)
    let last: Found | null = null
    const property = fc.asyncProperty(operations(world.supergraph.api), async (operation) => {
      const document = parse(operation.query)
      if (validate(world.supergraph.api, document).length > 0) {
        count.invalid++
        return
      }
      let plan: QueryPlan
      try {
        plan = planOf(world, document)
      } catch {
        // Assertions of the planner's own, on conditions around fields of an @interfaceObject.
        count.unplanned++
        return
      }
      count.compared++
      const difference = await differenceOf(world, document, plan, operation.variables, (ours) => {
        if (ours.errors) count.withErrors++
      })
      if (!difference) return
      last = { graph: graph.name, operation, difference }
      throw new Error(difference.what)
    })
    const checked = await fc.check(property, { numRuns: Math.ceil(cases / graphs.length), seed, endOnFailure: !shrink })
    if (last) return { ...count, found: last }
    if (checked.failed) throw checked.errorInstance
  }
  return { ...count, found: null }
}

/**
 * Apollo drops a fragment inside a fragment on an abstract type where the field's type is an object, so that nobody asked
 * for `__typename`. With that in its plan, but not in its response, it is right.
 */
async function differenceOf(
  world: World,
  document: DocumentNode,
  plan: QueryPlan,
  variables: Readonly<Record<string, unknown>>,
  saw: (ours: ExecutionResult) => void,
): Promise<Difference | null> {
  const { ours, apollos } = await executeBoth(world, document, plan, variables)
  saw(ours)
  const difference = compare(ours, apollos)
  if (difference?.what !== 'data') return difference
  return compare(ours, (await executeBoth(world, document, planOf(world, withTypenames(document)), variables)).apollos)
}

function withTypenames(document: DocumentNode): DocumentNode {
  const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }
  return visit(document, {
    SelectionSet: (set) => ({ ...set, selections: [typename, ...set.selections] }),
  })
}

async function executeBoth(
  world: World,
  document: DocumentNode,
  plan: QueryPlan,
  variables: Readonly<Record<string, unknown>>,
): Promise<{ ours: ExecutionResult; apollos: ExecutionResult }> {
  const { supergraph } = world
  const operation = operationOf(document)
  const clients = documentToPlan(document, operation, supergraph.requiredWithArguments)
  if (plan.node?.kind === 'Subscription') throw new Error('A subscription is not executed once.')
  const compiled = compileOperation(
    { ...clients, document, operation, api: supergraph.api, plans: [plan.node] },
    { schema: supergraph.supergraph, sources: sourcesOf(world) },
  )
  const errors = compiled.variables.check(variables)
  if (errors.length > 0) throw new Error(`The generator made a wrong variable: ${errors.join()}`)
  return {
    ours: await compiled.execute(variables, nobody),
    apollos: await executeByApollo(world, plan, document, { ...variables, ...clients.rename(variables) }),
  }
}

function planOf({ supergraph }: World, document: DocumentNode) {
  const toPlan = documentToPlan(document, operationOf(document), supergraph.requiredWithArguments)
  return supergraph.planner.buildQueryPlan(
    operationFromDocument(supergraph.apiForPlans, toPlan.document, { validate: false }),
  )
}

function operationOf(document: DocumentNode): OperationDefinitionNode {
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('There is no operation.')
  return operation
}

const nobody: Scope = { context: {}, requestId: 'test', forwarded: {}, signal: new AbortController().signal }

function sourcesOf(world: World): Parameters<typeof compileOperation>[1]['sources'] {
  return {
    get: (name) => ({
      async execute(request: Outgoing) {
        const { query, operationName, variables } = JSON.parse(request.text) as Outgoing
        if (
          JSON.stringify({ query, operationName, variables }) !==
          JSON.stringify({ query: request.query, operationName: request.operationName, variables: request.variables })
        ) {
          throw new Error('The text is not that of the request.')
        }
        return world.ask(name, { query, operationName, variables })
      },
      subscribe() {
        throw new Error('Nothing is subscribed to here.')
      },
    }),
  }
}
