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

/** How far an event takes a resumable stream. */
export interface Mark {
  readonly number: number
  readonly cursor: string
}

/** One operation of one client, as a stream sees it. Its functions never throw. */
export interface Reader {
  readonly scope: Scope
  readonly transport: Transport
  readonly identity: string
  /** Whether it hears nothing any more. */
  readonly left: boolean
  event(payload: Payload, mark: Mark | null): void
  /** Nothing follows. Null: the subgraph has completed. */
  end(errors: readonly GraphQLFormattedError[] | null): void
}

export interface Reading {
  /** This reader surely has everything up to this event. */
  reached(mark: Mark): void
  /** The reader leaves; it hears nothing more. */
  stop(): void
}

/** What the client's own headers make of it: they go to the subgraphs, so that only those with equal ones share. */
const forwardedOf = ({ scope }: Reader) => Object.entries(scope.forwarded).sort()

/** What two readers must have in common to be on one stream. */
export function streamKey({ plan, variables }: Asked, reader: Reader): string {
  return writeJson([plan.id, plan.sharing.stream ? null : reader.identity, variables, forwardedOf(reader)])
}

/** The class of viewers: equal for those to whom the response to an event is the same. */
export function viewersOf({ plan }: Asked, reader: Reader): string {
  if (plan.rest.length === 0) return ''
  return JSON.stringify([plan.sharing.response ? null : reader.identity, forwardedOf(reader)])
}
