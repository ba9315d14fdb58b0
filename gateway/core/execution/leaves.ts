import { isEnumType, isSpecifiedScalarType } from 'graphql'
import type { GraphQLLeafType } from 'graphql'
import { ExactNumber } from '../json.ts'
import { isId, toId } from '../values/custom-scalars.ts'
import { problemAt, type Shaping } from './shaping.ts'

/** A subgraph's value where it fits a leaf type; undefined, and a problem, where not. Those of custom scalars pass as they are. */
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
  // No JSON has the others: a subgraph in this process may send any.
  if (!isSpecifiedScalarType(type)) return (value) => typeof value !== 'number' || Number.isFinite(value)
  switch (type.name) {
    case 'Boolean':
      return (value) => typeof value === 'boolean'
    case 'String':
      return (value) => typeof value === 'string'
    case 'ID':
      return (value) => typeof value === 'string' || isInteger(value)
    case 'Int':
      // Of 32 bits.
      return (value) => typeof value === 'number' && (value | 0) === value
    default:
      return (value) => typeof value === 'number' && Number.isFinite(value)
  }
}

/** One that is written without an exponent. */
function isInteger(value: unknown): boolean {
  return Number.isInteger(value) && Math.abs(value as number) < 1e21
}
