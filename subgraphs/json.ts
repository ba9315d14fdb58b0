import { GraphQLScalarType } from 'graphql'

/** Any JSON value, in answers alone. */
export const JSONValue = new GraphQLScalarType<unknown, unknown>({ name: 'JSON', serialize: (value) => value })
