/** An object of JSON, or of variables. */
export type Values = Record<string, unknown>

export function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null
}
