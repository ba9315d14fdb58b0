import type { ApolloGateway, ServiceMap } from '@apollo/gateway'
import type { ExecutionResult, GraphQLError } from 'graphql'
import type { OperationCache } from '../execution/operation-cache.ts'
import type { Log } from '../types.ts'
import type { Documents } from './documents.ts'
import type { Scope } from './scope.ts'
import type { SupergraphInForce } from './supergraph.ts'

type Executor = ApolloGateway['executor']

/** What travels through Apollo's code as its context. */
export interface ApolloContext {
  readonly scope: Scope
  /** In place of those that the server has read. */
  readonly variables?: Readonly<Record<string, unknown>>
}

interface Dependencies {
  readonly supergraph: () => SupergraphInForce
  readonly documents: Documents
  readonly compiled: OperationCache
}

/** The executor that ApolloServer gets from its gateway. What reaches it, the server has parsed and found valid. */
export function makeExecutor({ supergraph, documents, compiled }: Dependencies): Executor {
  return async ({ source, request, context }) => {
    const read = documents.read(source, request.operationName)
    if ('errors' in read) return asGatewayResult({ errors: read.errors })
    const { scope, variables = request.variables ?? {} } = context as ApolloContext
    const operation = compiled.get(supergraph(), read.document, read.operation)
    const errors = operation.variables.check(variables)
    if (errors.length > 0) return asGatewayResult({ errors })
    return asGatewayResult(await operation.execute(variables, scope))
  }
}

/** The types differ by name only. */
function asGatewayResult(result: ExecutionResult | { errors: readonly GraphQLError[] }) {
  return result as Awaited<ReturnType<Executor>>
}

/** ApolloGateway loads the supergraph and asks nobody: our executor does. */
export const askedByNobody: ServiceMap[string] = {
  process: () => Promise.reject(new Error('Subgraphs are asked by the compiled plan.')),
}

export function apolloLogger(log: Log) {
  return {
    debug: (message?: unknown) => log.debug(String(message)),
    info: (message?: unknown) => log.info(String(message)),
    warn: (message?: unknown) => log.warn(String(message)),
    error: (message?: unknown) => log.error(String(message)),
  }
}
