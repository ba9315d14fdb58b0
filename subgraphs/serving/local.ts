import { type ExecutionResult, GraphQLError } from 'graphql'
import { badRequest, parseRequest, requestIdOf, signedText, type Admit } from './request.ts'
import type { VerifiedRequest, EventStream, GraphRequest, Executor } from './executor.ts'

/** A subgraph in the gateway's process. As over the network, every request must be signed. */
export interface LocalSubgraph {
  execute(
    request: GraphRequest,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<ExecutionResult>
  /** Refuses by a result with errors. An error that the stream throws has `extensions.code` if clients may see it. */
  subscribe(
    request: GraphRequest,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<EventStream | ExecutionResult>
}

export function makeLocal(executor: Executor, admit: Admit): LocalSubgraph {
  const admitted = (
    raw: GraphRequest,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): VerifiedRequest | GraphQLError => {
    const requestId = requestIdOf(headers)
    const verified = admit(headers, signedText({ ...raw }), requestId)
    if (verified instanceof GraphQLError) return verified
    const request = parseRequest(raw)
    return request
      ? { request, ...verified, requestId, signal }
      : badRequest('The request must be a GraphQL request: an object with a query.')
  }
  return {
    async execute(request, headers, signal) {
      const call = admitted(request, headers, signal)
      return call instanceof GraphQLError ? { errors: [call] } : executor.execute(call)
    },
    async subscribe(request, headers, signal) {
      const call = admitted(request, headers, signal)
      return call instanceof GraphQLError ? { errors: [call] } : executor.subscribe(call)
    },
  }
}
