import { buildOperationContext, executeQueryPlan, type ServiceMap } from '@apollo/gateway'
import type { PlanNode } from '@apollo/query-planner'
import type { DocumentNode, ExecutionResult } from 'graphql'
import type { Luck, World } from './world.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** What @apollo/gateway makes of a plan, over the same subgraphs. */
export async function executeByApollo(
  world: World,
  node: PlanNode | undefined,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  luck: Luck,
): Promise<ExecutionResult> {
  const { supergraph } = world
  const services: ServiceMap = Object.fromEntries(
    supergraph.subgraphs.map(({ name }) => [
      name,
      { process: async ({ request }) => world.ask(name, { ...request, query: request.query ?? '' }, luck) as never },
    ]),
  )
  return (await executeQueryPlan(
    { kind: 'QueryPlan', ...(node && { node }) },
    services,
    { request: { variables }, logger: silent, metrics: {}, context: {} } as never,
    buildOperationContext({ schema: supergraph.api, operationDocument: document }),
    supergraph.supergraph,
    supergraph.apiForPlans,
  )) as ExecutionResult
}
