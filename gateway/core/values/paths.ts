import type { ResponsePath } from '@apollo/query-planner'
import { getOwn, isInherited } from './own.ts'
import { isObject, type Values } from './values.ts'

/** A path of the plan: names, and `@` for each item of a list. */
export type Path = readonly string[]

/** A path of the response: names and list indices. */
export type Place = readonly (string | number)[]

/** Collects all objects at a path, in order, without nulls. */
export type Collect = (data: Values) => Values[]

export function asPath(path: ResponsePath): Path {
  return path.map(String)
}

export function compileCollect(path: Path): Collect {
  type Walk = (value: unknown, found: Values[]) => void
  const end: Walk = (value, found) => {
    // A path may end at a list without a final `@`.
    if (Array.isArray(value)) for (const item of value) end(item, found)
    else if (isObject(value)) found.push(value)
  }
  const walk = path.reduceRight<Walk>((next, part) => {
    if (part === '@') {
      return (value, found) => {
        if (Array.isArray(value)) for (const item of value) next(item, found)
      }
    }
    const inherited = isInherited(part)
    return (value, found) => {
      if (isObject(value) && !Array.isArray(value)) next(inherited ? getOwn(value, part) : value[part], found)
    }
  }, end)
  return (data) => {
    const found: Values[] = []
    walk(data, found)
    return found
  }
}

/** The places of the objects that `compileCollect` finds, in the same order. Slower, because only errors need it. */
export function placesOf(path: Path, data: Values): Place[] {
  const places: Place[] = []
  const walk = (value: unknown, at: number, place: Place): void => {
    const part = path[at]
    if (part === undefined) {
      if (Array.isArray(value)) value.forEach((item, i) => walk(item, at, [...place, i]))
      else if (isObject(value)) places.push(place)
    } else if (part === '@') {
      if (Array.isArray(value)) value.forEach((item, i) => walk(item, at + 1, [...place, i]))
    } else if (isObject(value) && !Array.isArray(value)) {
      walk(getOwn(value, part), at + 1, [...place, part])
    }
  }
  walk(data, 0, [])
  return places
}

/** The part of a path before its first list, which is the same for all objects at it. */
export function commonPlace(path: Path): Place {
  const list = path.indexOf('@')
  return list < 0 ? path : path.slice(0, list)
}
