/** The lines `NAME=value` of a .env file. */
export function readEnvFile(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => /^\w+=/.test(line))
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}

/**
 * What docker compose makes of `${NAME}`, `${NAME:-default}` and `${NAME:?message}`, which may stand in one another; throws
 * the message where a value that must be set is not.
 */
export function expand(text: string, given: Readonly<Record<string, string>>): string {
  let rest = text
  let done = ''
  for (let at = rest.indexOf('${'); at !== -1; at = rest.indexOf('${')) {
    const end = endOf(rest, at)
    done += rest.slice(0, at) + valueOf(rest.slice(at + 2, end), given)
    rest = rest.slice(end + 1)
  }
  return done + rest
}

function endOf(text: string, at: number): number {
  let depth = 0
  for (let index = at; index < text.length; index++) {
    if (text.startsWith('${', index)) depth++
    if (text[index] === '}' && --depth === 0) return index
  }
  throw new Error(`No } ends the variable in ${text}`)
}

function valueOf(variable: string, given: Readonly<Record<string, string>>): string {
  const [, name = '', operator, otherwise = ''] = /^(\w+)(?:(:-|:\?)(.*))?$/s.exec(variable) ?? []
  const value = given[name] ?? ''
  if (value !== '' || operator === undefined) return value
  if (operator === ':?') throw new Error(`${name}: ${otherwise}`)
  return expand(otherwise, given)
}
