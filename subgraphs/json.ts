import { GraphQLScalarType } from 'graphql'

/** Any JSON value. The field that takes one checks it. */
export const JSONValue = new GraphQLScalarType<unknown, unknown>({ name: 'JSON', serialize: (value) => value })
