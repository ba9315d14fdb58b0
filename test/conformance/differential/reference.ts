import { buildOperationContext, executeQueryPlan, type ServiceMap } from '@apollo/gateway'
import type { QueryPlan } from '@apollo/query-planner'
import type { DocumentNode, ExecutionResult } from 'graphql'
import type { World } from './world.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** What @apollo/gateway makes of a plan, over the same subgraphs. */
export async function executeByApollo(
  world: World,
  plan: QueryPlan,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): Promise<ExecutionResult> {
  const { supergraph } = world
  const services: ServiceMap = Object.fromEntries(
    supergraph.subgraphs.map(({ name }) => [
      name,
      { process: async ({ request }) => world.ask(name, { ...request, query: request.query ?? '' }) as never },
    ]),
  )
  return (await executeQueryPlan(
    plan,
    services,
    { request: { variables }, logger: silent, metrics: {}, context: {} } as never,
    buildOperationContext({ schema: supergraph.api, operationDocument: document }),
    supergraph.supergraph,
    supergraph.apiForPlans,
  )) as ExecutionResult
}
