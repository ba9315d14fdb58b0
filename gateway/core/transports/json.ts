/**
 * Parses JSON from a client. Throws an Error that says what is wrong with `what`, such as "The body".
 *
 * `JSON.parse` accepts any depth, but code that walks the value afterwards (`JSON.stringify`, coercion, a copy)
 * recurses once per level, and some thousand levels overflow the stack. So deeper values are refused here, for all of
 * them.
 */
export function parseJson(text: string, what: string, maxDepth: number): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The message of the parser's error quotes the text, which may hold secrets.
    throw new Error(`${what} is not JSON.`)
  }
  if (isDeeper(value, maxDepth)) throw new Error(`${what} is nested more than ${maxDepth} levels deep.`)
  return value
}

/** Recurses at most `levels` times, however deep the value is. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  if (Array.isArray(value)) return value.some((item) => isDeeper(item, levels - 1))
  for (const key in value) if (isDeeper((value as Record<string, unknown>)[key], levels - 1)) return true
  return false
}
