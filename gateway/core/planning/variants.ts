import { LRUCache } from 'lru-cache'
import type { Conditions } from './variables.ts'

/**
 * Maximum variants of one operation, one for each combination of values of its @skip and @include. A client can ask
 * for two to the power of its conditions; the least recently used variant is dropped, and made again when needed.
 */
const MAX_VARIANTS = 32

/**
 * Caches what `make` returns for each combination of an operation's conditions, which always have the same names.
 * `kept` is called when the number of cached variants grows.
 */
export function makeVariants<T extends object>(
  make: (conditions: Conditions) => T,
  kept?: (variant: T) => void,
): (conditions: Conditions) => T {
  const variants = new LRUCache<string, T>({ max: MAX_VARIANTS })
  return (conditions) => {
    const key = Object.values(conditions).join()
    let variant = variants.get(key)
    if (!variant) {
      variant = make(conditions)
      const before = variants.size
      variants.set(key, variant)
      if (variants.size > before) kept?.(variant)
    }
    return variant
  }
}
