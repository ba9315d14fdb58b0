/**
 * A federated GraphQL gateway with subscriptions: `openGateway(options)`.
 *
 * @apollo/gateway loads and checks the supergraph, @apollo/query-planner plans, and a compiled executor of its own runs queries,
 * mutations and subscriptions, which the former refuses: one upstream stream per (document, variables, identity), or for all identities where
 * `@cacheControl(scope: PUBLIC)` says so, one plan run and one JSON text per event and class of viewers (subscriptions/sharing.ts).
 * @apollo/server has the rules of GET and answers what is no GraphQL request.
 *
 * Invariants: nothing is parsed before it is authenticated. Every stream ends when its last reader left, failed or was
 * closed. Events of a stream keep their order. Every queue is bounded by a named limit (limits.ts). An error that
 * leaves has a code and never a stack.
 *
 * Imports nothing outside this folder but packages: identity, policy, log and metrics are arguments.
 */
export type * from './types.ts'
export { openGateway } from './gateway.ts'
export { codes, isByLeaving } from './errors.ts'
export { isForwardable } from './transports/forwarding.ts'
