import { isObject, type Values } from './values.ts'

export function isPlain(value: unknown): value is Values {
  return isObject(value) && !Array.isArray(value)
}

/** A value's kind in words, for errors. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return 'a text'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
