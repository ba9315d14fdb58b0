import type { ExecutionResult } from 'graphql'

/** A GraphQL request, as a client or the gateway sends it. */
export interface GraphRequest {
  readonly query: string
  readonly operationName?: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly extensions?: Readonly<Record<string, unknown>>
}

/**
 * A subgraph that runs in this process.
 *
 * - **Headers** have lower-case names. They hold the forwarded client headers and what `signRequest` returned for
 *   `JSON.stringify({ query, operationName, variables })` of the same request.
 * - **Numbers.** In variables of a custom scalar, a whole number that a JavaScript number cannot hold exactly is a bigint. Any other
 *   number is the nearest JavaScript number. JSON.stringify refuses a bigint: in the signed text it stands as its digits. A bigint in
 *   an answer is sent to the client as a whole number.
 * - **The signal** fires when nobody waits for the answer any more: every client has left or, for `execute`,
 *   `subgraphTimeoutMs` have passed. The gateway then also calls `return()` on what `subscribe` returned.
 */
export interface LocalSubgraph {
  /** Runs a query or mutation. The gateway owns the result and changes it: never return a shared object. */
  execute(
    request: GraphRequest,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<ExecutionResult>
  /**
   * Opens a subscription. To refuse it, return an `ExecutionResult` with errors, or throw an error that has
   * `extensions.code`.
   */
  subscribe(
    request: GraphRequest,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<LocalStream | ExecutionResult>
}

/**
 * The events of one subscription to a subgraph in this process. The gateway pulls them one by one, or has them poured if the
 * stream can do that, and never changes them, so that one object may be given to many streams.
 *
 * An error with `extensions.code` that the stream throws ends the subscription of the client with this error. An error
 * without a code counts as a lost connection: on a resumable field, the gateway subscribes again from the last cursor; on any
 * other field, the subscription ends with DOWNSTREAM_SERVICE_ERROR, and the client does not see the text of the error.
 */
export interface LocalStream extends AsyncIterableIterator<ExecutionResult> {
  /**
   * A client of this resumable stream has received every event up to this cursor. The gateway calls it often: store the
   * cursor and return at once.
   */
  progress?(cursor: string): void
  /**
   * Called at most once, in place of `next`: the stream hands over each event by itself, which costs less than a promise per
   * event. Call `take` with each event, in order. If it returns a promise, keep the next events until it resolves. Call `end`
   * once after the last event, with an error if there is one. Call nothing after `return`.
   */
  pour?(take: (event: ExecutionResult) => Promise<void> | undefined, end: (error?: unknown) => void): void
}

/**
 * Where a subgraph runs: in this process, or at a URL. `wsUrl` is the graphql-transport-ws endpoint of a remote subgraph. All
 * subscriptions to the subgraph share one socket, or one socket for each set of values of the forwarded headers.
 */
export type SubgraphSource =
  | ({ readonly kind: 'local' } & LocalSubgraph)
  | { readonly kind: 'remote'; readonly url: string; readonly wsUrl: string }
