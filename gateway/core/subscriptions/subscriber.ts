import type { GraphQLFormattedError } from 'graphql'
import type { ReadRequest } from '../planning/document-cache.ts'
import type { Scope } from '../subgraphs/scope.ts'
import type { SupergraphInForce } from '../supergraph/supergraph.ts'
import { writeJson } from '../json.ts'
import type { Transport } from '../types.ts'
import type { Payload } from './frames.ts'
import type { SubscriptionPlan } from '../planning/subscription-plan.ts'

/** A valid operation with its plan, under one supergraph. */
export interface PlannedSubscription {
  readonly read: ReadRequest
  readonly supergraph: SupergraphInForce
  readonly plan: SubscriptionPlan
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>
}

/** The position of a resumable stream after an event. */
export interface StreamPosition {
  readonly number: number
  readonly cursor: string
}

/** One client's subscription operation, as a stream sees it. Its functions never throw. */
export interface Subscriber {
  readonly scope: Scope
  readonly transport: Transport
  readonly identity: string
  /** Whether the client has left: then it must get nothing more. */
  readonly left: boolean
  event(payload: Payload, position: StreamPosition | null): void
  /** Ends the operation. Null: the subgraph has completed. */
  end(errors: readonly GraphQLFormattedError[] | null): void
}

export interface Subscription {
  /** This subscriber certainly has every event up to this one. */
  reached(position: StreamPosition): void
  /** The subscriber leaves, and gets nothing more. */
  stop(): void
}

/** The forwarded headers, which go to the subgraphs: only subscribers with equal ones share a stream. */
const forwardedOf = ({ scope }: Subscriber) => Object.entries(scope.forwarded).sort()

/** Two subscribers with equal keys share a stream. */
export function streamKey({ plan, variables }: PlannedSubscription, subscriber: Subscriber): string {
  return writeJson([plan.id, plan.sharing.stream ? null : subscriber.identity, variables, forwardedOf(subscriber)])
}

/** The class of viewers: equal for subscribers who get the same response to an event. */
export function viewersOf({ plan }: PlannedSubscription, subscriber: Subscriber): string {
  if (plan.rest.length === 0) return ''
  return JSON.stringify([plan.sharing.response ? null : subscriber.identity, forwardedOf(subscriber)])
}
