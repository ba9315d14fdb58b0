import { writeJson } from '../json.ts'
import type { GatewayOptions, GraphRequest } from '../types.ts'
import type { Cancellation } from './cancellation.ts'

/** For whom and for how long something is asked of the subgraphs: one client operation, or one shared stream. */
export interface Scope {
  readonly context: unknown
  readonly requestId: string
  /** The client's headers that go on to subgraphs, lower-case. */
  readonly forwarded: Readonly<Record<string, string>>
  /** Fires when nobody waits any more. */
  readonly signal: AbortSignal
  /** The same, cheaper to listen to; whoever changes the signal leaves it out. */
  readonly cancellation?: Cancellation
}

/** Of one request: its signal is made when somebody wants one. A class for the reason that `makeCancellation` has. */
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

/** The same for as long as these have not left. */
export function withCancellation({ context, requestId, forwarded }: Scope, cancellation: Cancellation): Scope {
  return new RequestScope(context, requestId, forwarded, cancellation)
}

/** The same for as long as this signal does not fire. Not by spreading it: what a scope has may be accessors. */
export function withSignal({ context, requestId, forwarded }: Scope, signal: AbortSignal): Scope {
  return { context, requestId, forwarded, signal }
}

/** The text that is signed, and over HTTP the body; see `GatewayOptions.signRequest`. */
export function signedText({ query, operationName, variables }: GraphRequest): string {
  return writeJson({ query, operationName, variables })
}

export function makeSign(options: Pick<GatewayOptions<unknown>, 'signRequest'>) {
  /** All headers of a subgraph call, lower-case, so that a forwarded one never stands beside a signed one. */
  return (scope: Scope, subgraph: string, text: string): Record<string, string> => {
    const headers = { ...scope.forwarded }
    const signed = options.signRequest?.(scope.context, subgraph, text)
    for (const name in signed) if (signed[name] !== undefined) headers[name.toLowerCase()] = signed[name]
    return headers
  }
}
