import type { FormattedExecutionResult, GraphQLError } from 'graphql'
import { LRUCache } from 'lru-cache'
import { refusalOf, type FormatError } from '../errors.ts'
import type { CompiledOperation } from '../execution/operation.ts'
import type { OperationCache } from '../execution/operation-cache.ts'
import { takesErrorsWith200 } from '../transports/negotiation.ts'
import type { GatewayOptions, Transport } from '../types.ts'
import type { ReadRequest } from './documents.ts'
import type { Scope } from './scope.ts'
import type { SupergraphInForce } from './supergraph.ts'

/** Values of `accept` whose answer's type is known. Clients make them up: the least recently used goes. */
const MAX_ACCEPTS = 100
/** Longer ones than browsers send are not kept. */
const MAX_ACCEPT_LENGTH = 300

export interface Ran {
  /** As Apollo Server would set it; undefined for 200. */
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly result: FormattedExecutionResult
}

/**
 * Answers in place of Apollo Server what it answered before in the same way: an operation is run here once the server has
 * handed it to the executor, under the supergraph in force, and for an `accept` whose
 * content type the server has chosen once. The policy, the masking and the executor are those of the long way.
 */
export interface FastPath {
  /** Null where the server has to see it. */
  run(read: ReadRequest, scope: Scope, transport: Transport): Promise<Ran> | null
  contentType(accept: string | undefined): string | undefined
  learn(accept: string | undefined, contentType: string): void
}

interface Dependencies {
  readonly schema: () => SupergraphInForce
  readonly compiled: OperationCache
  readonly options: Pick<GatewayOptions<unknown>, 'checkOperation'>
  readonly formatError: FormatError
}

export function makeFastPath({ schema, compiled, options, formatError }: Dependencies): FastPath {
  const contentTypes = new LRUCache<string, string>({ max: MAX_ACCEPTS })

  const run = async (
    known: CompiledOperation,
    supergraph: SupergraphInForce,
    { request: { variables = {} }, document, operation }: ReadRequest,
    scope: Scope,
    transport: Transport,
  ): Promise<Ran> => {
    const { context, requestId } = scope
    const format = (errors: readonly unknown[]) => errors.map((error) => formatError(error, requestId))
    if (options.checkOperation) {
      const asked = { document, operation, variables, schema: supergraph, context, transport, requestId }
      const refusals = await options.checkOperation(asked)
      if (refusals.length > 0) {
        const { status, headers } = statedBy(refusals)
        return { status, headers, result: { errors: format(refusals) } }
      }
    }
    const invalid = known.variables.check(variables)
    if (invalid.length > 0) return { status: 400, headers: {}, result: { errors: format(invalid) } }
    const { data, errors } = await known.execute(variables, scope)
    if (!errors) return { status: undefined, headers: {}, result: { data: data ?? null } }
    const { status = data === undefined ? 400 : undefined, headers } = allStatedBy(errors)
    return { status, headers, result: { errors: format(errors), ...(data !== undefined && { data }) } }
  }

  return {
    run(read, scope, transport) {
      // What the server answers to this itself: that it keeps no queries.
      if (read.request.extensions?.['persistedQuery'] !== undefined) return null
      const supergraph = schema()
      const known = compiled.peek(supergraph, read.operation)
      return known ? run(known, supergraph, read, scope, transport) : null
    },
    contentType: (accept = '') => contentTypes.get(accept),
    learn(accept = '', contentType) {
      if (accept.length <= MAX_ACCEPT_LENGTH) contentTypes.set(accept, contentType)
    },
  }
}

/** The status of a finished operation over HTTP. */
export function httpStatus(status: number | undefined, accept: string | undefined): number {
  return status === undefined || (status === 400 && takesErrorsWith200(accept)) ? 200 : status
}

/** What the policy's first error with a status says. */
export function statedBy(errors: readonly GraphQLError[]): { status: number; headers: Record<string, string> } {
  const { status = 400, headers = {} } =
    errors.map(refusalOf).find((refusal) => refusal?.status !== undefined) ?? ({} as Partial<Refusal>)
  return { status, headers }
}

type Refusal = NonNullable<ReturnType<typeof refusalOf>>

/** What errors of an execution say, the last one winning: so does Apollo Server. */
function allStatedBy(errors: readonly GraphQLError[]): { status?: number; headers: Record<string, string> } {
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
