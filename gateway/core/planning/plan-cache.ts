import { GraphQLError } from 'graphql'
import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import { compileVariables, type Conditions, type Variables } from './variables.ts'
import { makeVariants } from './variants.ts'
import { subscriptionToPlan, type SubscriptionPlan } from './subscription-plan.ts'
import type { Documents } from './documents.ts'
import { bytesOfPlans } from './held-size.ts'
import type { SupergraphInForce } from '../supergraph/supergraph.ts'

export interface PlanCache {
  /** Throws a coded error where the operation cannot be planned. */
  plan(
    supergraph: SupergraphInForce,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): SubscriptionPlan
  /** Plans hold the supergraph that they were made for, which is large: none may outlive it here. */
  clear(): void
}

/**
 * One planning per operation and supergraph, refusals too: planning is the dearest thing that a client can ask for. Plans
 * are kept as long as their documents, which know what they take.
 */
export function makePlanCache(documents: Pick<Documents, 'grew'>): PlanCache {
  interface Planned {
    readonly supergraph: SupergraphInForce
    /** Null where one plan is good for all. */
    readonly conditions: Variables['conditions'] | null
    readonly outcome: (conditions: Conditions) => SubscriptionPlan | GraphQLError
  }
  let planned = new WeakMap<OperationDefinitionNode, Planned>()
  let lastId = 0

  const begin = (
    supergraph: SupergraphInForce,
    document: DocumentNode,
    operation: OperationDefinitionNode,
  ): Planned => {
    const toPlan = orRefusal(() => subscriptionToPlan(supergraph, document, operation))
    if (toPlan instanceof GraphQLError) return { supergraph, conditions: null, outcome: () => toPlan }
    const holds = (bytes: number) => documents.grew(document, bytes)
    return {
      supergraph,
      conditions: toPlan.byConditions ? compileVariables(supergraph.api, document, operation).conditions : null,
      outcome: makeVariants(
        (conditions) => orRefusal(() => toPlan.plan(conditions, ++lastId, holds)),
        (outcome) => {
          const nodes = outcome instanceof GraphQLError ? [] : [outcome.primary, ...outcome.rest]
          holds(bytesOfPlans(nodes))
        },
      ),
    }
  }

  return {
    plan(supergraph, document, operation, variables) {
      // Documents are parsed once and kept, so that an operation's node stands for its text.
      let known = planned.get(operation)
      if (known?.supergraph !== supergraph) {
        known = begin(supergraph, document, operation)
        planned.set(operation, known)
      }
      const outcome = known.outcome(known.conditions?.(variables) ?? {})
      if (outcome instanceof GraphQLError) throw outcome
      return outcome
    },
    clear: () => void (planned = new WeakMap()),
  }
}

function orRefusal<T>(work: () => T): T | GraphQLError {
  try {
    return work()
  } catch (error) {
    if (error instanceof GraphQLError) return error
    throw error
  }
}
