/**
 * A federated GraphQL gateway with subscriptions. `openGateway(options)` serves a Federation 2 supergraph over HTTP, graphql-ws, SSE and
 * multipart. README.md shows how to use it, and PROTOCOL.md says what it adds to graphql-transport-ws.
 *
 * How it works: `@apollo/query-planner` plans every operation, and an executor of this package compiles each plan and runs it:
 * queries, mutations and subscriptions. `@apollo/gateway` loads the supergraph and checks it. `@apollo/server` applies the rules for
 * GET requests and answers what is not a GraphQL request.
 *
 * How subscriptions are shared: clients with the same document, variables and identity share one subscription to a subgraph. All
 * clients share it where `@cacheControl(scope: PUBLIC)` allows that. Each event is completed and serialised once for all clients that
 * may see the same response (subscriptions/sharing.ts).
 *
 * What always holds:
 * - The gateway authenticates a client before it parses a request body or a document of the client.
 * - A stream ends when its last client leaves.
 * - The events of a stream keep their order.
 * - Every queue is bounded by a named limit (limits.ts).
 * - Every error that a client gets has a code, and none has a stack trace.
 *
 * This folder imports packages only. Identity, policy, log and metrics are options.
 */
export type * from './types.ts'
export { openGateway } from './gateway.ts'
export { DEFAULT_LIMITS, type Limits } from './limits.ts'
export { CloseCode } from './transports/messages.ts'
export { codes, isByLeaving } from './errors.ts'
export { isForwardable } from './transports/forwarding.ts'
