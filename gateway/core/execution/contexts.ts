import type { FetchDataRewrite, PlanNode } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'
import { writeJson } from '../json.ts'
import { getOwn } from '../values/own.ts'
import type { Path } from '../values/paths.ts'
import { isObject, type Values } from '../values/values.ts'
import { compileFits } from './type-conditions.ts'

/** Objects that one fetch may ask for together, by index, with the variables that their common contexts give. */
export interface SameContext {
  readonly indices: Set<number>
  readonly variables: Values
}

/**
 * Separates the objects at the fetch's path, in the order of `compileCollect`, by the values of the objects above them.
 */
export type ByContext = (data: Values) => readonly SameContext[]

const UP = '..'
const FRAGMENT = '... on '

type Read = (value: unknown) => unknown

interface Context {
  readonly variable: string
  /** How many response names above the object the context is. */
  readonly levels: number
  readonly read: Read
}

/**
 * Fills in `@fromContext` arguments: each is the value of a field of an object above, which the plan has fetched
 * before. The values are variables of the fetch, so only objects with equal contexts are fetched together. Null if a
 * fetch has no such arguments.
 */
export function compileByContext(
  schema: GraphQLSchema,
  rewrites: readonly FetchDataRewrite[] | undefined,
  path: Path,
): ByContext | null {
  const contexts = (rewrites ?? []).flatMap((rewrite): Context[] => {
    if (rewrite.kind !== 'KeyRenamer') return []
    const levels = rewrite.path.filter((part) => part === UP).length
    return [{ variable: rewrite.renameKeyTo, levels, read: compileRead(schema, rewrite.path.slice(levels)) }]
  })
  if (contexts.length === 0) return null
  return (data) => {
    const found = new Map<string, SameContext>()
    let index = 0
    forEachAt(path, data, (above) => {
      const variables: Values = {}
      for (const { variable, levels, read } of contexts) {
        const value = read(above.at(-levels))
        // A context may be declared on several types: the rewrites for the other types do not fit this object.
        if (value !== undefined) variables[variable] = value
      }
      const key = writeJson(variables)
      let same = found.get(key)
      if (!same) found.set(key, (same = { indices: new Set(), variables }))
      same.indices.add(index++)
    })
    return [...found.values()]
  }
}

/** Whether any fetch of a plan depends on objects above its own. */
export function readsContexts(node: PlanNode | undefined): boolean {
  switch (node?.kind) {
    case 'Fetch':
      return node.contextRewrites !== undefined
    case 'Flatten':
      return readsContexts(node.node)
    case 'Sequence':
    case 'Parallel':
      return node.nodes.some(readsContexts)
    case 'Condition':
      return readsContexts(node.ifClause) || readsContexts(node.elseClause)
    case 'Defer':
    case undefined:
      return false
  }
}

/**
 * Undefined if a value's type does not fit the path; null, as the client sees it, if the value could not be fetched.
 */
function compileRead(schema: GraphQLSchema, path: readonly string[]): Read {
  return path.reduceRight<Read>(
    (next, part) => {
      if (!part.startsWith(FRAGMENT)) return (value) => (isObject(value) ? next(getOwn(value, part) ?? null) : value)
      const fits = compileFits(schema, part.slice(FRAGMENT.length), true)
      return (value) => (fits(value) ? next(value) : undefined)
    },
    (value) => value,
  )
}

/** Calls `found` for each object at the path, with the objects above it, the nearest last: one per response name. */
function forEachAt(path: Path, data: Values, found: (above: readonly Values[]) => void): void {
  const walk = (value: unknown, at: number, above: readonly Values[]): void => {
    const part = path[at]
    if (part === undefined) {
      if (Array.isArray(value)) value.forEach((item) => walk(item, at, above))
      else if (isObject(value)) found(above)
    } else if (part === '@') {
      if (Array.isArray(value)) value.forEach((item) => walk(item, at + 1, above))
    } else if (isObject(value) && !Array.isArray(value)) {
      walk(getOwn(value, part), at + 1, [...above, value])
    }
  }
  walk(data, 0, [])
}
