import type { ExecutionResult } from 'graphql'
import type { DataSources } from '../federation/data-sources.ts'
import { makeExecuteEvent } from '../federation/execute.ts'
import type { Scope } from '../federation/scope.ts'
import type { SupergraphInForce } from '../federation/supergraph.ts'
import type { Log } from '../types.ts'
import type { SubscriptionPlan } from './plan.ts'

/** From an event of the primary subgraph to what the client asked for. Never rejects; changes the event's data. */
export type Respond = (event: ExecutionResult, scope: Scope) => Promise<ExecutionResult>

export function compile(
  plan: SubscriptionPlan,
  variables: Readonly<Record<string, unknown>>,
  supergraph: SupergraphInForce,
  sources: Pick<DataSources, 'get'>,
  log: Log,
): Respond {
  const { document, operation, perEvent } = plan
  const execute = makeExecuteEvent(
    { plan: perEvent, document, operationName: operation.name?.value, variables },
    supergraph,
    sources,
    log,
  )
  return async (event, scope) => {
    try {
      return await execute(event, scope)
    } catch (error) {
      return { data: null, errors: [error as never] }
    }
  }
}
