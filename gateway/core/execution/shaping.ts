import type { Values } from '../values/values.ts'

/** A value that may not stand where it does. */
export interface Problem {
  readonly message: string
  readonly path: readonly (string | number)[]
}

/** One shaping of one response. */
export interface Shaping {
  /** Where the value stands: the first `depth` elements count. */
  readonly path: (string | number)[]
  readonly problems: Problem[]
  readonly variables: Readonly<Values>
  /** Whether a field may be missing with reason; see `Run`. */
  readonly lacking: boolean
}

/**
 * From a value that is not null to what the client gets; `undefined` says that it is null because of a problem, which is
 * noted. `depth` is the length of the value's path.
 */
export type Complete = (value: unknown, shaping: Shaping, depth: number) => unknown

export function problemAt({ path, problems }: Shaping, depth: number, message: string): undefined {
  problems.push({ message, path: path.slice(0, depth) })
  return undefined
}
