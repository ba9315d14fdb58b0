import type { FormattedExecutionResult, GraphQLError } from 'graphql'
import type { CheckOperation } from '../check-operation.ts'
import { refusalOf, type FormatError } from '../errors.ts'
import type { OperationCache } from './operation-cache.ts'
import type { CompiledOperation } from '../execution/compiled-operation.ts'
import type { Metrics, Transport } from '../types.ts'
import type { DocumentCache, ReadRequest } from '../planning/document-cache.ts'
import type { Scope } from '../subgraphs/scope.ts'
import type { SupergraphInForce } from '../supergraph/supergraph.ts'

export interface Answer {
  /** From the errors; 400 if nothing was executed and no error names a status; undefined for success. */
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string>>
  /** Its errors are already formatted. */
  readonly result: FormattedExecutionResult
}

/** The one path of every query and mutation, over any transport. */
export interface OperationPipeline {
  /** Validates, checks the policy, plans, checks the variables and executes. Never rejects because of client input. */
  execute(read: ReadRequest, scope: Scope, transport: Transport): Promise<Answer>
}

interface Dependencies {
  /** The supergraph in force at the time of the call. */
  readonly schema: () => SupergraphInForce
  readonly documents: DocumentCache
  readonly compiled: OperationCache
  readonly checkOperation: CheckOperation
  readonly formatError: FormatError
  readonly metrics: Metrics
}

/** Labels of `gateway_operations_total`. */
const TRANSPORT_LABELS: Readonly<Record<Transport, { readonly transport: string }>> = {
  http: { transport: 'http' },
  websocket: { transport: 'websocket' },
  sse: { transport: 'sse' },
  multipart: { transport: 'multipart' },
}

export function makeOperationPipeline(deps: Dependencies): OperationPipeline {
  const { schema, documents, compiled, checkOperation, formatError, metrics } = deps
  return {
    async execute({ request: { variables = {} }, document, operation }, scope, transport) {
      const format = (errors: readonly unknown[]) => errors.map((error) => formatError(error, scope.requestId))
      const refuse = (errors: readonly GraphQLError[]): Answer => ({
        ...statusOfRefusal(errors),
        result: { errors: format(errors) },
      })

      metrics.count('gateway_operations_total', TRANSPORT_LABELS[transport])
      let supergraph = schema()
      const invalid = documents.validate(supergraph, document)
      if (invalid.length > 0) return refuse(invalid)
      const refusals = await checkOperation({ document, operation, variables, schema: supergraph, scope, transport })
      if (refusals.length > 0) return refuse(refusals)
      if (schema() !== supergraph) {
        // The supergraph was reloaded during the policy check.
        supergraph = schema()
        const outdated = documents.validate(supergraph, document)
        if (outdated.length > 0) return refuse(outdated)
      }
      let ready: CompiledOperation
      try {
        ready = compiled.get(supergraph, document, operation)
      } catch (error) {
        return { status: 500, ...statusOfResult([error]), result: { errors: format([error]) } }
      }
      const unfit = ready.variables.check(variables)
      if (unfit.length > 0) return refuse(unfit)

      const { data, errors } = await ready.execute(variables, scope)
      if (!errors) return { status: undefined, headers: {}, result: { data: data ?? null } }
      const { status = data === undefined ? 400 : undefined, headers } = statusOfResult(errors)
      return { status, headers, result: { errors: format(errors), ...(data !== undefined && { data }) } }
    },
  }
}

/** The status and headers of the first error that names a status. */
function statusOfRefusal(errors: readonly GraphQLError[]): { status: number; headers: Record<string, string> } {
  const stated = errors.map(refusalOf).find((refusal) => refusal?.status !== undefined)
  return { status: stated?.status ?? 400, headers: stated?.headers ?? {} }
}

/** The status and headers that the errors of an execution name. The last error wins, as in Apollo Server. */
function statusOfResult(errors: readonly unknown[]): { status?: number; headers: Record<string, string> } {
  const stated: { status?: number; headers: Record<string, string> } = { headers: {} }
  for (const error of errors) {
    const http = (error as Partial<GraphQLError>).extensions?.['http'] as Partial<Record<'status' | 'headers', unknown>>
    if (typeof http !== 'object' || http === null) continue
    const { status, headers } = http
    if (status !== undefined && typeof status !== 'number') continue
    if (headers !== undefined && !(headers instanceof Map)) continue
    if (status) stated.status = status
    if (headers) Object.assign(stated.headers, Object.fromEntries(headers as Map<string, string>))
  }
  return stated
}
