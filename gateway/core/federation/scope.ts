import type { GatewayOptions, GraphRequest } from '../types.ts'

/** For whom and for how long something is asked of the subgraphs: one client operation, or one shared stream. */
export interface Scope {
  readonly context: unknown
  readonly requestId: string
  /** The client's headers that go on to subgraphs, lower-case. */
  readonly forwarded: Readonly<Record<string, string>>
  /** Fires when nobody waits any more. */
  readonly signal: AbortSignal
}

/** The same for as long as this signal does not fire. Not by spreading it: what a scope has may be accessors. */
export function withSignal({ context, requestId, forwarded }: Scope, signal: AbortSignal): Scope {
  return { context, requestId, forwarded, signal }
}

/** The text that is signed, and over HTTP the body; see `GatewayOptions.signRequest`. */
export function signedText({ query, operationName, variables }: GraphRequest): string {
  return JSON.stringify({ query, operationName, variables })
}

export function makeSign(options: Pick<GatewayOptions<unknown>, 'signRequest'>) {
  /** All headers of a subgraph call, lower-case, so that a forwarded one never stands beside a signed one. */
  return (scope: Scope, subgraph: string, text: string): Record<string, string> => {
    const headers = { ...scope.forwarded }
    for (const [name, value] of Object.entries(options.signRequest?.(scope.context, subgraph, text) ?? {})) {
      headers[name.toLowerCase()] = value
    }
    return headers
  }
}
