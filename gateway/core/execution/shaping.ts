import type { Values } from '../values/values.ts'

/** A value that is not allowed in its place. */
export interface Problem {
  readonly message: string
  readonly path: readonly (string | number)[]
}

/** The state while one response is shaped. */
export interface Shaping {
  /** The path of the current value: only its first `depth` elements count. */
  readonly path: (string | number)[]
  readonly problems: Problem[]
  readonly variables: Readonly<Values>
  /** Whether a field may be missing; see `ExecutionState`. */
  readonly lacking: boolean
}

/**
 * Turns a value that is not null into what the client gets. `undefined` means null because of a problem, which is
 * recorded. `depth` is the length of the value's path.
 */
export type Complete = (value: unknown, shaping: Shaping, depth: number) => unknown

export function problemAt({ path, problems }: Shaping, depth: number, message: string): undefined {
  problems.push({ message, path: path.slice(0, depth) })
  return undefined
}
