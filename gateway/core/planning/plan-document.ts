import { operationFromDocument } from '@apollo/federation-internals'
import type { QueryPlan } from '@apollo/query-planner'
import type { DocumentNode } from 'graphql'
import { withExactLiterals } from './exact-literals.ts'
import type { SupergraphInForce } from '../supergraph/supergraph.ts'

/**
 * The document is valid, so a failure of the planner is the gateway's fault. It becomes an error without a code,
 * because clients do not know the planner's codes.
 */
export function planDocument(
  { planner, api, apiForPlans }: SupergraphInForce,
  document: DocumentNode,
  operationName: string | undefined,
): QueryPlan {
  const literals = withExactLiterals(api, document)
  let plan: QueryPlan
  try {
    plan = planner.buildQueryPlan(
      operationFromDocument(apiForPlans, literals.document, {
        validate: false,
        ...(operationName !== undefined && { operationName }),
      }),
    )
  } catch (cause) {
    throw new Error('The operation could not be planned.', { cause })
  }
  return literals.restore(plan)
}
