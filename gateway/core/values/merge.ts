import { ExactNumber } from '../json.ts'
import { getOwn, isInherited, setOwn } from './own.ts'
import { isObject, type Values } from './values.ts'

/**
 * Merges a subgraph's answer into the data so far. Objects that are new in the target are moved, not copied: the
 * source belongs to the execution from then on.
 */
export function merge(target: Values, source: Values): void {
  for (const key of Object.keys(source)) {
    const value = source[key]
    if (value === undefined) continue
    const existing = isInherited(key) ? getOwn(target, key) : target[key]
    if (!mergeInto(existing, value)) setOwn(target, key, value)
  }
}

/** False if the new value replaces the old one as a whole. */
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
