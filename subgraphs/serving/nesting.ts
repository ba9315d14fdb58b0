import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  Lexer,
  type SelectionSetNode,
  Source,
  TokenKind,
} from 'graphql'

const OPENING: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L])
const CLOSING: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R])

/**
 * Whether brackets of any kind are nested deeper than `limit`. It reads tokens, because a parser recurses, and would
 * overflow the stack. Throws a GraphQLError for an invalid token. Reads at most `maxTokens`: the parser refuses more.
 */
export function isNestedDeeper(query: string, limit: number, maxTokens: number): boolean {
  const lexer = new Lexer(new Source(query))
  let depth = 0
  for (let read = 0; read <= maxTokens; read++) {
    const { kind } = lexer.advance()
    if (kind === TokenKind.EOF) return false
    if (OPENING.has(kind) && ++depth > limit) return true
    if (CLOSING.has(kind)) depth--
  }
  return false
}

/**
 * The same for selections with all fragments expanded. A fragment is measured once. A cycle ends the walk: validation
 * refuses it.
 */
export function isSpreadDeeper(document: DocumentNode, limit: number): boolean {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  const measured = new Map<string, number>()

  const ofFragment = (name: string, at: number): number => {
    const known = measured.get(name)
    if (known !== undefined) return known
    const fragment = fragments.get(name)
    measured.set(name, 0)
    const levels = fragment ? of(fragment.selectionSet, at) : 0
    measured.set(name, levels)
    return levels
  }

  /** `at` bounds the recursion. */
  const of = ({ selections }: SelectionSetNode, at: number): number => {
    if (at >= limit) return Infinity
    let deepest = 0
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) deepest = Math.max(deepest, ofFragment(selection.name.value, at + 1))
      else if (selection.selectionSet) deepest = Math.max(deepest, of(selection.selectionSet, at + 1))
    }
    return deepest + 1
  }

  return document.definitions.some((definition) => {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) return ofFragment(definition.name.value, 0) > limit
    return definition.kind === Kind.OPERATION_DEFINITION && of(definition.selectionSet, 0) > limit
  })
}
