import type { FetchDataRewrite } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'
import { getOwn, setOwn } from '../values/own.ts'
import { isObject, type Values } from '../values/values.ts'
import { compileFits } from './type-conditions.ts'

const FRAGMENT = '... on '

type Change = (value: unknown) => void

/** The planner's rewrites of data on its way to or from a subgraph; null if there are none. */
export function compileRewrites(
  schema: GraphQLSchema,
  rewrites: readonly FetchDataRewrite[] | undefined,
): Change | null {
  const changes = (rewrites ?? []).flatMap((rewrite) => compileRewrite(schema, rewrite))
  if (changes.length === 0) return null
  return (value) => {
    for (const change of changes) change(value)
  }
}

function compileRewrite(schema: GraphQLSchema, rewrite: FetchDataRewrite): Change[] {
  const last = rewrite.path.at(-1)
  if (last === undefined) return []
  const change = rewrite.kind === 'ValueSetter' ? setter(last, rewrite.setValueTo) : renamer(last, rewrite.renameKeyTo)
  return [
    rewrite.path
      .slice(0, -1)
      .reduceRight<Change>((inner, element) => inEach(compileElement(schema, element, inner)), inEach(change)),
  ]
}

function setter(key: string, value: unknown): (object: Values) => void {
  return (object) => setOwn(object, key, value)
}

function renamer(key: string, to: string): (object: Values) => void {
  return (object) => {
    const value = getOwn(object, key)
    if (value === undefined) return
    setOwn(object, to, value)
    setOwn(object, key, undefined)
  }
}

function compileElement(schema: GraphQLSchema, element: string, inner: Change): (object: Values) => void {
  if (!element.startsWith(FRAGMENT)) return (object) => inner(getOwn(object, element))
  const fits = compileFits(schema, element.slice(FRAGMENT.length), true)
  return (object) => {
    if (fits(object)) inner(object)
  }
}

function inEach(change: (object: Values) => void): Change {
  return function each(value) {
    if (Array.isArray(value)) value.forEach(each)
    else if (isObject(value)) change(value)
  }
}
