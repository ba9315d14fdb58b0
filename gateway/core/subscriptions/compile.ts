import type { ExecutionResult } from 'graphql'
import { compileEvents } from '../execution/operation.ts'
import type { DataSources } from '../federation/data-sources.ts'
import type { Scope } from '../federation/scope.ts'
import type { SupergraphInForce } from '../federation/supergraph.ts'
import type { SubscriptionPlan } from './plan.ts'

/** From an event of the primary subgraph to what the client asked for. Never rejects; the event stays as it is. */
export type Respond = (event: ExecutionResult, scope: Scope) => Promise<ExecutionResult>

export function compile(
  plan: SubscriptionPlan,
  variables: Readonly<Record<string, unknown>>,
  supergraph: SupergraphInForce,
  sources: Pick<DataSources, 'get'>,
): Respond {
  const { document, operation, primary, rest } = plan
  const events = compileEvents(
    { document, operation, primary, rest, api: supergraph.api, rename: (given) => plan.rename(given) },
    { schema: supergraph.supergraph, sources },
  )
  return (event, scope) => events.execute(event, variables, scope)
}
