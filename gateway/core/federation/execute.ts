import type { ApolloGateway, ServiceMap } from '@apollo/gateway'
import type { ExecutionResult, GraphQLError } from 'graphql'
import type { OperationCache } from '../execution/operation-cache.ts'
import type { Log } from '../types.ts'
import type { Documents, ReadRequest } from './documents.ts'
import type { Scope } from './scope.ts'
import type { SupergraphInForce } from './supergraph.ts'

type Executor = ApolloGateway['executor']

/** What travels through Apollo's code as its context. */
export interface ApolloContext {
  readonly scope: Scope
  /** Undefined where there is nothing to read: Apollo Server says what is wrong with such a request. */
  readonly read: ReadRequest | undefined
}

interface Dependencies {
  readonly supergraph: () => SupergraphInForce
  readonly documents: Documents
  readonly compiled: OperationCache
}

/** The executor that ApolloServer gets from its gateway. */
export function makeExecutor({ supergraph, documents, compiled }: Dependencies): Executor {
  return async ({ context }) => {
    const { read, scope } = context as ApolloContext
    if (!read) throw new Error('Apollo Server executes what was not read.')
    // Not those that the server has read: numbers of custom scalars are exact here.
    const { variables = {} } = read.request
    // It was valid when it was let in; the schema may have been reloaded since.
    const schema = supergraph()
    const invalid = documents.validate(schema, read.document)
    if (invalid.length > 0) return asGatewayResult({ errors: invalid })
    const operation = compiled.get(schema, read.document, read.operation)
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
