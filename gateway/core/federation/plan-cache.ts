import { GraphQLError } from 'graphql'
import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import { planSubscription, type SubscriptionPlan } from '../subscriptions/plan.ts'
import type { Limits } from '../limits.ts'
import type { SupergraphInForce } from './supergraph.ts'

export interface PlanCache {
  /** Throws a coded error where the operation cannot be planned. */
  plan(supergraph: SupergraphInForce, document: DocumentNode, operation: OperationDefinitionNode): SubscriptionPlan
  /** Plans hold the supergraph that they were made for, which is large: none may outlive it here. */
  clear(): void
  readonly size: () => number
}

/** One planning per operation and supergraph, refusals too: planning is the dearest thing that a client can ask for. */
export function makePlanCache(limits: Limits): PlanCache {
  interface Planned {
    readonly supergraph: SupergraphInForce
    readonly outcome: SubscriptionPlan | GraphQLError
  }
  const planned = new LRUCache<OperationDefinitionNode, Planned>({ max: limits.maxPlans })
  let lastId = 0

  const planOnce = (supergraph: SupergraphInForce, document: DocumentNode, operation: OperationDefinitionNode) => {
    try {
      return planSubscription(supergraph, document, operation, ++lastId)
    } catch (error) {
      if (error instanceof GraphQLError) return error
      throw error
    }
  }

  return {
    plan(supergraph, document, operation) {
      // Documents are parsed once and kept, so that an operation's node stands for its text.
      let known = planned.get(operation)
      if (known?.supergraph !== supergraph) {
        known = { supergraph, outcome: planOnce(supergraph, document, operation) }
        planned.set(operation, known)
      }
      if (known.outcome instanceof GraphQLError) throw known.outcome
      return known.outcome
    },
    clear: () => planned.clear(),
    size: () => planned.size,
  }
}
