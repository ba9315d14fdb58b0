import { isEnumType, isSpecifiedScalarType } from 'graphql'
import type { GraphQLLeafType } from 'graphql'
import { ExactNumber } from '../json.ts'
import { isId, toId } from '../values/custom-scalars.ts'
import { problemAt, type Shaping } from './shaping.ts'

/**
 * Accepts a subgraph's value that fits a leaf type; otherwise undefined, and a problem. Custom scalars pass unchanged.
 */
export function compileLeaf(type: GraphQLLeafType, description: string) {
  const fits = compileFitsLeaf(type)
  const read = isId(type) ? toId : toNumber
  return (value: unknown, shaping: Shaping, depth: number): unknown => {
    if (fits(value)) return value
    // An exact number, or a bigint of a subgraph in this process.
    const other = isSpecifiedScalarType(type) ? read(value) : undefined
    if (other !== undefined && other !== value && fits(other)) return other
    const last = shaping.path[depth - 1]
    const what = typeof last === 'number' ? `array element of type ${String(type)} at index ${last}` : description
    return problemAt(shaping, depth, `Invalid value found for ${what}.`)
  }
}

function toNumber(value: unknown): number | undefined {
  return value instanceof ExactNumber ? Number(value.text) : undefined
}

function compileFitsLeaf(type: GraphQLLeafType): (value: unknown) => boolean {
  if (isEnumType(type)) {
    const names = new Set(type.getValues().map(({ name }) => name))
    return (value) => names.has(value as string)
  }
  // JSON has no NaN and no infinities, but a subgraph in this process may send them.
  if (!isSpecifiedScalarType(type)) return (value) => typeof value !== 'number' || Number.isFinite(value)
  switch (type.name) {
    case 'Boolean':
      return (value) => typeof value === 'boolean'
    case 'String':
      return (value) => typeof value === 'string'
    case 'ID':
      return (value) => typeof value === 'string' || isInteger(value)
    case 'Int':
      // An Int has 32 bits.
      return (value) => typeof value === 'number' && (value | 0) === value
    default:
      return (value) => typeof value === 'number' && Number.isFinite(value)
  }
}

/** An integer that is written without an exponent. */
function isInteger(value: unknown): boolean {
  return Number.isInteger(value) && Math.abs(value as number) < 1e21
}
