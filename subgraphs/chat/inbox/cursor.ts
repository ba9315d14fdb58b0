import { GraphQLScalarType, Kind } from 'graphql'
import { malformedCursor } from '../../page.ts'

/** A position in an inbox, as a text. Which texts are positions, the inbox knows. */
export const Cursor = new GraphQLScalarType<string, string>({
  name: 'Cursor',
  serialize: String,
  parseValue: requireText,
  parseLiteral: (node) => requireText(node.kind === Kind.STRING ? node.value : null),
})

function requireText(value: unknown): string {
  if (typeof value === 'string') return value
  throw malformedCursor()
}
