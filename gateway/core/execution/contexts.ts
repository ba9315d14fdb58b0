import type { FetchDataRewrite, PlanNode } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'
import { writeJson } from '../json.ts'
import { getOwn } from '../values/own.ts'
import type { Path } from '../values/paths.ts'
import { isObject, type Values } from '../values/values.ts'
import { compileFits } from './type-conditions.ts'

/** Objects that one fetch may ask for together, by their indices, with the variables that their contexts give. */
export interface SameContext {
  readonly indices: Set<number>
  readonly variables: Values
}

/** Everything at the fetch's path, in the order of `compileCollect`, by what the objects above hold. */
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
 * What `@fromContext` arguments get: the value of a field of an object above, which the plan fetched before. They are
 * variables of the fetch, so that only objects with equal contexts are asked for together. Null where a fetch has none.
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
        // One context may stand on several types: the others of the same name do not fit this object.
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

/** Whether any fetch of a plan depends on what stands above its objects. */
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

/** Undefined where a value is of a type that the path is not for; null, as the client sees it, where it could not be had. */
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

/** With the objects above each that is found, the nearest last: one for each response name. */
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
