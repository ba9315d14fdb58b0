/**
 * A federated GraphQL gateway with subscriptions: `openGateway(options)`.
 *
 * Queries and mutations run by @apollo/server and @apollo/gateway; subscriptions, which the latter refuses, are planned
 * by @apollo/query-planner and run here: one upstream stream per (document, variables, identity), or for all identities where
 * `@cacheControl(scope: PUBLIC)` says so, one plan run and one JSON text per event and class of viewers (subscriptions/sharing.ts).
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
