/**
 * Parses JSON that a client sent. Throws an Error whose message says what is wrong with `what`, such as "The body".
 *
 * `JSON.parse` itself takes any depth, but whatever walks the value afterwards (`JSON.stringify`, coercion, a copy) calls
 * itself once per level, and some thousand levels overflow the stack. So a deeper value is refused here, for all of them.
 */
export function parseJson(text: string, what: string, maxDepth: number): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's own words quote the text, which may hold secrets.
    throw new Error(`${what} is not JSON.`)
  }
  if (isDeeper(value, maxDepth)) throw new Error(`${what} is nested more than ${maxDepth} levels deep.`)
  return value
}

/** Calls itself at most `levels` times, however deep the value is. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  if (Array.isArray(value)) return value.some((item) => isDeeper(item, levels - 1))
  for (const key in value) if (isDeeper((value as Record<string, unknown>)[key], levels - 1)) return true
  return false
}
