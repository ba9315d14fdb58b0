import { GraphQLScalarType } from 'graphql'
import { PublicError } from './errors.ts'

/** An instant: ISO 8601 in UTC with milliseconds in JSON; a Date, or its text in an event's payload, inside. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => {
    const at = instant(value)
    if (at === null) throw new TypeError('DateTime.serialize needs a Date or an ISO 8601 text.')
    return at.toISOString()
  },
  parseValue: (value) => {
    const at = typeof value === 'string' && !ISO_INSTANT.test(value) ? null : instant(value)
    // A scalar does not know the name of its argument: graphql-js says where the value is, and what came.
    if (at === null) throw new PublicError('BAD_USER_INPUT', 'An instant must be like 2030-01-31T12:00:00Z (ISO 8601).')
    return at
  },
})

/**
 * A date, a time and a zone. JavaScript's Date also takes `5`, `1/2/30`, and times without a zone, which then mean
 * another instant on each server.
 */
const ISO_INSTANT = /^(\d{4}|[+-]\d{6})-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/

function instant(value: unknown): Date | null {
  const at = value instanceof Date ? value : typeof value === 'string' ? new Date(value) : null
  return at === null || Number.isNaN(at.getTime()) ? null : at
}
