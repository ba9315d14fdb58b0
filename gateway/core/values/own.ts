import type { Values } from './values.ts'

/**
 * Clients choose response names, and JSON.parse makes objects with a prototype: `{ constructor: name }` must neither read
 * what every object has nor, as `__proto__`, write there. These names, known when an operation is compiled, take the
 * slower way.
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
