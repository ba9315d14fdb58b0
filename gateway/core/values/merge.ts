import { ExactNumber } from '../json.ts'
import { getOwn, isInherited, setOwn } from './own.ts'
import { isObject, type Values } from './values.ts'

/**
 * Writes what a subgraph answered into what is there already. Nested objects that are new in the target are taken over,
 * not copied: the source belongs to the run from here on.
 */
export function merge(target: Values, source: Values): void {
  for (const key of Object.keys(source)) {
    const value = source[key]
    if (value === undefined) continue
    const existing = isInherited(key) ? getOwn(target, key) : target[key]
    if (!mergeInto(existing, value)) setOwn(target, key, value)
  }
}

/** False where the new value takes the place of the old one as a whole. */
function mergeInto(existing: unknown, value: unknown): boolean {
  if (!isObject(value) || !isObject(existing)) return false
  if (existing === value) return true
  if (existing instanceof ExactNumber || value instanceof ExactNumber) return false
  if (Array.isArray(value)) {
    if (!Array.isArray(existing) || existing.length !== value.length) return false
    mergeItems(existing, value)
    return true
  }
  if (Array.isArray(existing)) return false
  merge(existing, value)
  return true
}

function mergeItems(target: unknown[], source: readonly unknown[]): void {
  for (let i = 0; i < source.length; i++) if (!mergeInto(target[i], source[i])) target[i] = source[i]
}
