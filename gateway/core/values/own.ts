import type { Values } from './values.ts'

/**
 * Clients choose response names, and JSON.parse makes objects with a prototype. So `{ constructor: name }` must not
 * read what every object inherits, and `__proto__` must not set a prototype. Names that are known at compile time to
 * be inherited take a slower path.
 */
export function isInherited(name: string): boolean {
  return name in Object.prototype
}

export function getOwn(object: Values, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

export function setOwn(object: Values, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true })
  } else {
    object[name] = value
  }
}
