import { setOwn } from './own.ts'
import { isObject, type Values } from './values.ts'

/** Copies plain objects and arrays: a Date, or an error, from a subgraph in this process is kept as it is. */
export function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copy) as T
  if (!isObject(value)) return value
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  const result: Values = {}
  for (const key of Object.keys(value)) setOwn(result, key, copy(value[key]))
  return result as T
}
