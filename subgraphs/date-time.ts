import { GraphQLScalarType } from 'graphql'
import { badInput } from './errors.ts'

/** An instant: ISO 8601 in UTC with milliseconds in JSON; a Date, or its text in an event's payload, inside. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => {
    const at = instant(value)
    if (at === null) throw new TypeError('DateTime.serialize needs a Date or an ISO 8601 text.')
    return at.toISOString()
  },
  parseValue: (value) => {
    const at = instant(value)
    if (at === null) throw badInput('DateTime', 'An instant must be an ISO 8601 text.')
    return at
  },
})

function instant(value: unknown): Date | null {
  const at = value instanceof Date ? value : typeof value === 'string' ? new Date(value) : null
  return at === null || Number.isNaN(at.getTime()) ? null : at
}
