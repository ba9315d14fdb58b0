import { GraphQLError } from 'graphql'
import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import type { Values } from '../values/values.ts'
import { compileVariables, type Variables } from './variables.ts'
import { makeVariants } from './variants.ts'
import { subscriptionToPlan, type SubscriptionPlan } from './subscription-plan.ts'
import type { DocumentCache } from './document-cache.ts'
import { bytesOfPlans } from './held-size.ts'
import type { SupergraphInForce } from '../supergraph/supergraph.ts'

export interface PlanCache {
  /** Returns the operation's checks and plans under this supergraph. */
  get(supergraph: SupergraphInForce, document: DocumentNode, operation: OperationDefinitionNode): KnownSubscription
  /** Plans hold their supergraph in memory, which is large: an old one must not be kept alive here. */
  clear(): void
}

/** A valid subscription under one supergraph. */
export interface KnownSubscription {
  readonly variables: Variables
  /** `values` are already checked. Throws a coded error if the operation cannot be planned. */
  plan(values: Readonly<Values>): SubscriptionPlan
}

/**
 * Plans each operation once per supergraph, because planning is the most expensive thing that a client can ask for.
 * Refusals are cached too. Plans are kept as long as their documents, and their size is reported to `documents`.
 */
export function makePlanCache(documents: Pick<DocumentCache, 'grew'>): PlanCache {
  interface Known extends KnownSubscription {
    readonly supergraph: SupergraphInForce
  }
  let known = new WeakMap<OperationDefinitionNode, Known>()
  let lastId = 0

  const begin = (supergraph: SupergraphInForce, document: DocumentNode, operation: OperationDefinitionNode): Known => {
    const variables = compileVariables(supergraph.api, document, operation)
    const toPlan = orRefusal(() => subscriptionToPlan(supergraph, document, operation, variables))
    if (toPlan instanceof GraphQLError) return { supergraph, variables, plan: () => orThrow<SubscriptionPlan>(toPlan) }
    const holds = (bytes: number) => documents.grew(document, bytes)
    const outcomes = makeVariants(
      (conditions) => orRefusal(() => toPlan.plan(conditions, ++lastId, holds)),
      (outcome) => {
        const nodes = outcome instanceof GraphQLError ? [] : [outcome.primary, ...outcome.rest]
        holds(bytesOfPlans(nodes))
      },
    )
    return {
      supergraph,
      variables,
      // One plan mostly serves all conditions.
      plan: (values) => orThrow(outcomes(toPlan.byConditions ? variables.conditions(values) : {})),
    }
  }

  return {
    get(supergraph, document, operation) {
      // Documents are parsed once and kept, so an operation's node identifies its text.
      let subscription = known.get(operation)
      if (subscription?.supergraph !== supergraph) {
        subscription = begin(supergraph, document, operation)
        known.set(operation, subscription)
      }
      return subscription
    },
    clear: () => void (known = new WeakMap()),
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

function orThrow<T>(outcome: T | GraphQLError): T {
  if (outcome instanceof GraphQLError) throw outcome
  return outcome
}
