import type { Scope } from '../subgraphs/scope.ts'
import type { Values } from '../values/values.ts'

/** One execution of a compiled operation. */
export interface ExecutionState {
  /** The merged data of the subgraphs so far; null before the first data. It belongs to this execution alone. */
  data: Values | null
  readonly errors: unknown[]
  /**
   * Whether a requested value may be missing: an entity was not found, which is no error, or a fetch brought nothing,
   * which was reported. Otherwise a subgraph owes each field at least a null.
   */
  lacking: boolean
  /** Under the plan's names. Valid, and as the client sent them. */
  readonly variables: Readonly<Values>
  /** The variables of @skip and @include, with their defaults. */
  readonly conditions: Readonly<Record<string, boolean>>
  readonly scope: Scope
}

/**
 * A compiled part of a plan. Never rejects: failures go to the `errors` of the execution. Undefined if nothing had to
 * be fetched.
 */
export type Step = (state: ExecutionState) => Promise<unknown> | undefined
