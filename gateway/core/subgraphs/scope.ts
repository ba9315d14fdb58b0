import { writeJson } from '../json.ts'
import type { GatewayOptions, GraphRequest } from '../types.ts'
import type { Cancellation } from './cancellation.ts'

/** The identity, headers and lifetime of requests to subgraphs: for one client operation, or one shared stream. */
export interface Scope {
  readonly context: unknown
  readonly requestId: string
  /** The client's headers to forward to subgraphs, in lower case. */
  readonly forwarded: Readonly<Record<string, string>>
  /** Fires when nobody waits any more. */
  readonly signal: AbortSignal
  /** The same as `signal`, cheaper to listen to. Code that replaces the signal must leave it out. */
  readonly cancellation?: Cancellation
}

/**
 * The scope of one request: its signal is created on first use. A class, for the same reason as `ClientCancellation`.
 */
class RequestScope implements Scope {
  readonly context: unknown
  readonly requestId: string
  readonly forwarded: Readonly<Record<string, string>>
  readonly cancellation: Cancellation

  constructor(
    context: unknown,
    requestId: string,
    forwarded: Readonly<Record<string, string>>,
    cancellation: Cancellation,
  ) {
    this.context = context
    this.requestId = requestId
    this.forwarded = forwarded
    this.cancellation = cancellation
  }

  get signal(): AbortSignal {
    return this.cancellation.signal
  }
}

export function makeScope(
  context: unknown,
  requestId: string,
  forwarded: Readonly<Record<string, string>>,
  cancellation: Cancellation,
): Scope {
  return new RequestScope(context, requestId, forwarded, cancellation)
}

/** The same scope with another lifetime. */
export function withCancellation({ context, requestId, forwarded }: Scope, cancellation: Cancellation): Scope {
  return new RequestScope(context, requestId, forwarded, cancellation)
}

/** The same scope with this signal. Object spread would miss accessors of the scope. */
export function withSignal({ context, requestId, forwarded }: Scope, signal: AbortSignal): Scope {
  return { context, requestId, forwarded, signal }
}

/** The text that is signed, and the body over HTTP; see `GatewayOptions.signRequest`. */
export function signedText({ query, operationName, variables }: GraphRequest): string {
  return writeJson({ query, operationName, variables })
}

export function makeSign(options: Pick<GatewayOptions<unknown>, 'signRequest'>) {
  /** Makes all headers of a subgraph request, in lower case, so that a signed header replaces a forwarded one. */
  return (scope: Scope, subgraph: string, text: string): Record<string, string> => {
    const headers = { ...scope.forwarded }
    const signed = options.signRequest?.(scope.context, subgraph, text)
    for (const name in signed) if (signed[name] !== undefined) headers[name.toLowerCase()] = signed[name]
    return headers
  }
}
