import type { GraphQLFormattedError } from 'graphql'
import type { ReadRequest } from '../planning/documents.ts'
import type { Scope } from '../subgraphs/scope.ts'
import type { SupergraphInForce } from '../supergraph/supergraph.ts'
import { writeJson } from '../json.ts'
import type { Transport } from '../types.ts'
import type { Payload } from './frames.ts'
import type { SubscriptionPlan } from '../planning/subscription-plan.ts'

/** A valid operation with its plan, under one supergraph. */
export interface Asked {
  readonly read: ReadRequest
  readonly supergraph: SupergraphInForce
  readonly plan: SubscriptionPlan
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>
}

/** The position of a resumable stream after an event. */
export interface Mark {
  readonly number: number
  readonly cursor: string
}

/** One client's subscription operation, as a stream sees it. Its functions never throw. */
export interface Reader {
  readonly scope: Scope
  readonly transport: Transport
  readonly identity: string
  /** Whether the client has left: then it must get nothing more. */
  readonly left: boolean
  event(payload: Payload, mark: Mark | null): void
  /** Ends the operation. Null: the subgraph has completed. */
  end(errors: readonly GraphQLFormattedError[] | null): void
}

export interface Reading {
  /** This subscriber certainly has every event up to this one. */
  reached(mark: Mark): void
  /** The subscriber leaves, and gets nothing more. */
  stop(): void
}

/** The forwarded headers, which go to the subgraphs: only subscribers with equal ones share a stream. */
const forwardedOf = ({ scope }: Reader) => Object.entries(scope.forwarded).sort()

/** Two subscribers with equal keys share a stream. */
export function streamKey({ plan, variables }: Asked, reader: Reader): string {
  return writeJson([plan.id, plan.sharing.stream ? null : reader.identity, variables, forwardedOf(reader)])
}

/** The class of viewers: equal for subscribers who get the same response to an event. */
export function viewersOf({ plan }: Asked, reader: Reader): string {
  if (plan.rest.length === 0) return ''
  return JSON.stringify([plan.sharing.response ? null : reader.identity, forwardedOf(reader)])
}
