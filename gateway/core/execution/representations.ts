import { getResponseName, type QueryPlanSelectionNode } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'
import { merge } from '../values/merge.ts'
import { getOwn, isInherited, setOwn } from '../values/own.ts'
import { isObject, type Values } from '../values/values.ts'
import { compileFits, type Fits } from './type-conditions.ts'

/** Takes from an entity the key fields by which another subgraph finds it; null if one of them is missing. */
export type Represent = (entity: unknown) => Values | null

interface Field {
  readonly key: string
  readonly inherited: boolean
  readonly nested: Represent | null
}

interface Fragment {
  readonly fits: Fits
  readonly represent: Represent
}

export function compileRepresent(schema: GraphQLSchema, selections: readonly QueryPlanSelectionNode[]): Represent {
  const parts: (Field | Fragment)[] = []
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      const key = getResponseName(selection)
      const nested = selection.selections ? compileRepresent(schema, selection.selections) : null
      parts.push({ key, inherited: isInherited(key), nested })
    } else if (selection.typeCondition !== undefined) {
      parts.push({
        fits: compileFits(schema, selection.typeCondition, false),
        represent: compileRepresent(schema, selection.selections),
      })
    }
  }
  const [only] = parts
  if (parts.length === 1 && only && 'fits' in only) {
    // The shape of nearly all plans.
    return (entity) => (isObject(entity) ? (only.fits(entity) ? only.represent(entity) : {}) : null)
  }
  return (entity) => {
    if (!isObject(entity)) return null
    const result: Values = {}
    for (const part of parts) {
      if ('fits' in part) {
        const found = part.fits(entity) ? part.represent(entity) : null
        if (found) merge(result, found)
        continue
      }
      const value = part.inherited ? getOwn(entity, part.key) : entity[part.key]
      if (value === undefined) return null
      const taken = part.nested ? representEach(value, part.nested) : value
      if (part.inherited) setOwn(result, part.key, taken)
      else result[part.key] = taken
    }
    return result
  }
}

function representEach(value: unknown, represent: Represent): unknown {
  return Array.isArray(value) ? value.map((item) => representEach(item, represent)) : represent(value)
}
