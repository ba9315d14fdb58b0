import { buildOperationContext, executeQueryPlan } from '@apollo/gateway'
import type { ApolloGateway, ServiceMap } from '@apollo/gateway'
import type { QueryPlan } from '@apollo/query-planner'
import type { DocumentNode, ExecutionResult } from 'graphql'
import { GraphQLError } from 'graphql'
import type { Log } from '../types.ts'
import type { DataSources } from './data-sources.ts'
import type { Scope } from './scope.ts'
import type { SupergraphInForce } from './supergraph.ts'

type ApolloSource = ServiceMap[string]
type Executor = ApolloGateway['executor']

/** What travels through Apollo's code as its context: the asking operation and, for an event, the event. */
export interface ApolloContext {
  readonly scope: Scope
  readonly event?: ExecutionResult
}

/** A service of no supergraph: the fetch that "asks" it gets the event that is being executed. */
export const EVENT_SERVICE = '#event'

/** A subgraph as Apollo's executor wants it. */
export function apolloSource(name: string, sources: Pick<DataSources, 'get'>): ApolloSource {
  return {
    async process({ request, context, ...rest }) {
      const { query = '', operationName, variables } = request
      const fetch = { query, ...(operationName !== undefined && { operationName }), ...(variables && { variables }) }
      try {
        return asResponse(await sources.get(name).execute(fetch, (context as ApolloContext).scope))
      } catch (error) {
        // Apollo's executor adds a failed fetch's error as it was thrown: where it happened is known here only.
        const at = 'pathInIncomingRequest' in rest ? rest.pathInIncomingRequest : undefined
        if (!(error instanceof GraphQLError) || error.path || !at?.length) throw error
        const list = at.indexOf('@')
        const path = list < 0 ? at : at.slice(0, list)
        throw new GraphQLError(error.message, { path, extensions: error.extensions, originalError: error })
      }
    },
  }
}

const eventSource: ApolloSource = {
  process: async ({ context }) => asResponse((context as ApolloContext).event ?? {}),
}

/** The two types differ by name only: both are what a GraphQL server answers. */
function asResponse(result: ExecutionResult): Awaited<ReturnType<ApolloSource['process']>> {
  return result as Awaited<ReturnType<ApolloSource['process']>>
}

/** Runs a plan that begins with the event; the event's data is changed by it. */
export type ExecuteEvent = (event: ExecutionResult, scope: Scope) => Promise<ExecutionResult>

/**
 * The one place where a plan, variables and a context become a result: for events here, for queries and mutations in
 * `wrapExecutor`. By Apollo's executor in both.
 */
export function makeExecuteEvent(
  {
    plan,
    document,
    operationName,
    variables,
  }: {
    plan: QueryPlan
    document: DocumentNode
    operationName: string | undefined
    variables: Readonly<Record<string, unknown>>
  },
  supergraph: SupergraphInForce,
  sources: Pick<DataSources, 'get'>,
  log: Log,
): ExecuteEvent {
  const services: ServiceMap = { [EVENT_SERVICE]: eventSource }
  for (const { name } of supergraph.subgraphs) services[name] = apolloSource(name, sources)
  const operationContext = buildOperationContext({
    schema: supergraph.api,
    operationDocument: document,
    ...(operationName !== undefined && { operationName }),
  })
  const logger = apolloLogger(log)
  return async (event, scope) => {
    const context: ApolloContext = { scope, event }
    // The executor reads no more of a request's context than this.
    const request = { request: { variables }, logger, metrics: {}, context } as never
    const run = executeQueryPlan(
      plan,
      services,
      request,
      operationContext,
      supergraph.supergraph,
      supergraph.apiForPlans,
    )
    return withCompletionErrors(await run)
  }
}

/** Apollo's executor for queries and mutations, its results as the specification wants them. */
export function wrapExecutor(executor: Executor): Executor {
  return async (request) => withCompletionErrors(await executor(request))
}

/**
 * Apollo reports a null where none may be as `extensions.valueCompletion` when nothing else failed, which leaves a
 * client with missing data and no error.
 */
function withCompletionErrors<R extends ExecutionResult>(result: R): R {
  const { valueCompletion, ...extensions } = (result.extensions ?? {}) as { valueCompletion?: readonly GraphQLError[] }
  if (!valueCompletion) return result
  const { extensions: _, ...kept } = result
  const errors = [...(result.errors ?? []), ...valueCompletion.map(asDownstream)]
  return { ...kept, errors, ...(Object.keys(extensions).length > 0 && { extensions }) } as unknown as R
}

function asDownstream({ message, path }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { path: path ?? null, extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' } })
}

export function apolloLogger(log: Log) {
  return {
    debug: (message?: unknown) => log.debug(String(message)),
    info: (message?: unknown) => log.info(String(message)),
    warn: (message?: unknown) => log.warn(String(message)),
    error: (message?: unknown) => log.error(String(message)),
  }
}
