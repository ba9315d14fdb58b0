import { GraphQLError } from 'graphql'
import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import { isPlannedByConditions } from '../execution/planned-document.ts'
import { compileVariables, type Conditions, type Variables } from '../execution/variables.ts'
import { makeVariants } from '../execution/variants.ts'
import { planSubscription, type SubscriptionPlan } from '../subscriptions/plan.ts'
import type { Limits } from '../limits.ts'
import type { SupergraphInForce } from './supergraph.ts'

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
  readonly size: () => number
}

/** One planning per operation and supergraph, refusals too: planning is the dearest thing that a client can ask for. */
export function makePlanCache(limits: Limits): PlanCache {
  interface Planned {
    readonly supergraph: SupergraphInForce
    /** Null where one plan is good for all. */
    readonly conditions: Variables['conditions'] | null
    readonly outcome: (conditions: Conditions) => SubscriptionPlan | GraphQLError
  }
  const planned = new LRUCache<OperationDefinitionNode, Planned>({ max: limits.maxPlans })
  let lastId = 0

  const begin = (
    supergraph: SupergraphInForce,
    document: DocumentNode,
    operation: OperationDefinitionNode,
  ): Planned => ({
    supergraph,
    conditions: isPlannedByConditions(document, supergraph)
      ? compileVariables(supergraph.api, document, operation).conditions
      : null,
    outcome: makeVariants((conditions) => planOnce(supergraph, document, operation, conditions)),
  })

  const planOnce = (
    supergraph: SupergraphInForce,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    conditions: Conditions,
  ) => {
    try {
      return planSubscription(supergraph, document, operation, conditions, ++lastId)
    } catch (error) {
      if (error instanceof GraphQLError) return error
      throw error
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
    clear: () => planned.clear(),
    size: () => planned.size,
  }
}
