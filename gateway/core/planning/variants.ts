import { LRUCache } from 'lru-cache'
import type { Conditions } from './variables.ts'

/**
 * Of one operation, each for other values of its @skip and @include. They are made when first met: a client can ask for
 * two to the power of its conditions, and beyond this number the least recently used is made again.
 */
const MAX_VARIANTS = 32

/**
 * Keeps what `make` returns for the values of one operation's conditions, which always have the same names. `kept` hears of
 * each by which there are more than before.
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
