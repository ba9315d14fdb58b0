import type { Scope } from '../subgraphs/scope.ts'
import type { Visit } from '../subgraphs/shared-fetches.ts'
import type { Values } from '../values/values.ts'

/** One execution of a compiled operation. */
export interface Run {
  /** What came from the subgraphs so far, merged; null before anything did. It belongs to this run alone. */
  data: Values | null
  readonly errors: unknown[]
  /**
   * Whether what was asked for is missing with reason: an entity was not found, which is no error, or a fetch brought
   * nothing, which is told. Else a subgraph owes each field at least a null.
   */
  lacking: boolean
  /** Under the names that the plan uses. Valid, and as the client sent them. */
  readonly variables: Readonly<Values>
  /** Those of @skip and @include, with their defaults. */
  readonly conditions: Readonly<Record<string, boolean>>
  readonly scope: Scope
  /** What it may share its fetches by. */
  readonly visit: Visit | null
}

/** A part of a plan, compiled. Never rejects: what fails is in `run.errors`. Undefined where there was nothing to wait for. */
export type Step = (run: Run) => Promise<unknown> | undefined
