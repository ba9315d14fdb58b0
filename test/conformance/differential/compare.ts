import type { ExecutionResult, GraphQLError } from 'graphql'

/**
 * Where we answer otherwise than @apollo/gateway on purpose. Everything else must be alike to the last key.
 *
 * - `order`: Apollo merges fragments on the same type before it looks at them, so that fields of the second come before
 *   those between the two; ours stand in the order of the specification.
 * - `completion`: Apollo reports a null where none may be as `extensions.valueCompletion`; we as an error, as the
 *   specification wants. Where selections of one field are merged, we may find more of them than Apollo, which looks at
 *   the first selection of all items before the second.
 *   Beside other errors Apollo does not tell such a null at all; we do where none of them explains it.
 * - `entityPaths`: Apollo counts an entity's errors by its place among the representations, and names the places of all
 *   objects at the path, so that it blames another one as soon as some were not asked for (fragments, nulls).
 * - wrong data: Apollo's plans and executor lose fields (a @requires under a condition beside others, a type that an
 *   @interfaceObject overwrites): where data differ, a monolith says who is right (run.ts).
 * - `withoutKey`: where an error has no path, Apollo gives none; the same with us.
 */
export interface Difference {
  readonly what: string
  readonly ours: unknown
  readonly theirs: unknown
}

/** The same data in the same order; errors where there are errors, which are of the completion: nothing else fails there. */
export function compareWithMonolith(ours: ExecutionResult, monoliths: ExecutionResult): Difference | null {
  const data = { ours: JSON.stringify(ours.data), theirs: JSON.stringify(monoliths.data) }
  if (data.ours !== data.theirs) return { what: 'data of a monolith', ...data }
  if (!ours.errors === !monoliths.errors) return null
  return { what: 'errors of a monolith', ours: ours.errors, theirs: monoliths.errors }
}

interface Told {
  readonly message: string
  readonly path?: readonly (string | number)[] | undefined
  readonly extensions?: unknown
}

export function compare(ours: ExecutionResult, apollos: ExecutionResult | undefined = {}): Difference | null {
  const data = { ours: sorted(ours.data), theirs: sorted(apollos.data) }
  if (data.ours !== data.theirs) return { what: 'data', ...data }

  const completion = apollos.extensions?.['valueCompletion'] as readonly GraphQLError[] | undefined
  if (completion) return compareCompletion(ours.errors ?? [], completion)

  const told = ours.errors ?? []
  const unexplained = new Set(told.length > 0 && apollos.errors ? told.filter((one) => isUnexplained(one, told)) : [])
  const astray = [...unexplained].find(({ path }) => !path || !isPlaceOfError(ours.data, path))
  if (astray) return { what: 'a path to no null', ours: astray, theirs: apollos.errors }
  const mine = told
    .filter((one) => !unexplained.has(one))
    .map(tell)
    .sort(byText)
  const theirs = (apollos.errors ?? []).map(tell).sort(byText)
  if (JSON.stringify(mine) === JSON.stringify(theirs)) return null
  const withoutPaths = (told: readonly Told[]) =>
    JSON.stringify(told.map(({ message, extensions }) => ({ message, extensions })).sort(byText))
  if (withoutPaths(mine) === withoutPaths(theirs)) {
    const wrong = mine.find(({ path }) => path && !isPlaceOfError(ours.data, path))
    return wrong ? { what: 'a path to no null', ours: wrong, theirs } : null
  }
  return { what: 'errors', ours: mine, theirs }
}

function compareCompletion(ours: readonly GraphQLError[], apollos: readonly GraphQLError[]): Difference | null {
  const text = ({ message, path }: GraphQLError) => JSON.stringify({ message, path })
  const mine = new Set(ours.map(text))
  const missing = apollos.filter((error) => !mine.has(text(error)))
  if (missing.length === 0) return null
  return { what: 'completion', ours: [...mine], theirs: apollos.map(text) }
}

/** Whatever the order of keys. */
export function sorted(data: unknown): string | undefined {
  return JSON.stringify(data, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).sort(byText))
  })
}

/** Of the completion, and no other error stands above it or below it. */
function isUnexplained(error: GraphQLError, all: readonly GraphQLError[]): boolean {
  const place = error.path ?? []
  const explains = ({ path = [] }: GraphQLError) => place.every((key, i) => i >= path.length || path[i] === key)
  return isOfCompletion(error) && !all.some((other) => other !== error && !isOfCompletion(other) && explains(other))
}

/** Ours, and not what a subgraph says of its own. */
const isOfCompletion = ({ message, extensions }: GraphQLError) =>
  extensions['serviceName'] === undefined &&
  /^(Cannot return null for|Invalid value found for|Invalid __typename found for)/.test(message)

function tell({ message, path, extensions }: GraphQLError): Told {
  return { message, ...(path && { path }), extensions }
}

function byText(a: unknown, b: unknown): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** An error explains a null: at its path, or above it where the null went up, stands one. */
function isPlaceOfError(data: unknown, path: readonly (string | number)[]): boolean {
  let value = data
  for (const key of path) {
    if (value === null || value === undefined) return true
    value = (value as Record<string | number, unknown>)[key]
  }
  return value === null || value === undefined
}
