import { isEnumType, isSpecifiedScalarType } from 'graphql'
import type { GraphQLLeafType } from 'graphql'
import { problemAt, type Shaping } from './shaping.ts'

/** Whether a subgraph's value fits a leaf type; undefined, and a problem, where not. Custom scalars pass. */
export function compileLeaf(type: GraphQLLeafType, description: string) {
  const fits = compileFitsLeaf(type)
  if (!fits) return (value: unknown) => value
  return (value: unknown, shaping: Shaping, depth: number): unknown => {
    if (fits(value)) return value
    const last = shaping.path[depth - 1]
    const what = typeof last === 'number' ? `array element of type ${String(type)} at index ${last}` : description
    return problemAt(shaping, depth, `Invalid value found for ${what}.`)
  }
}

function compileFitsLeaf(type: GraphQLLeafType): ((value: unknown) => boolean) | null {
  if (isEnumType(type)) {
    const names = new Set(type.getValues().map(({ name }) => name))
    return (value) => names.has(value as string)
  }
  if (!isSpecifiedScalarType(type)) return null
  switch (type.name) {
    case 'Boolean':
      return (value) => typeof value === 'boolean'
    case 'String':
      return (value) => typeof value === 'string'
    case 'ID':
      return (value) => typeof value === 'string' || isInteger(value)
    case 'Int':
      return isInteger
    default:
      return (value) => typeof value === 'number' && Number.isFinite(value)
  }
}

/** One that is written without an exponent. */
function isInteger(value: unknown): boolean {
  return Number.isInteger(value) && Math.abs(value as number) < 1e21
}
