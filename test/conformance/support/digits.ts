/**
 * Numbers that JavaScript's numbers cannot hold, or would write in another way, in tests that speak JSON: here they are texts
 * (`digits('1.50')`), and numbers on the wire.
 */
const PREFIX = 'digits:'

export function digits(number: string): string {
  return PREFIX + number
}

/** The number itself, of whatever stands for one. */
export function plain(value: unknown): string {
  return String(value).replace(PREFIX, '')
}

/** JSON.stringify, with the numbers. */
export function writeDigits(value: unknown): string {
  return numbersOf(JSON.stringify(value))
}

export function numbersOf(json: string): string {
  return json.replaceAll(/"digits:(-?[\d.]+(?:[eE][+-]?\d+)?)"/g, '$1')
}

const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** JSON.parse, with the texts. */
export function readDigits(json: string): unknown {
  return JSON.parse(textsOf(json))
}

export function textsOf(json: string): string {
  return json.replaceAll(TEXT_OR_NUMBER, (token) =>
    token.startsWith('"') || String(Number(token)) === token ? token : `"${PREFIX}${token}"`,
  )
}

/** With a bigint for each that is whole: what code in the same process says. */
export function withBigInts(value: unknown): unknown {
  if (typeof value === 'string' && /^digits:-?\d+$/.test(value)) return BigInt(plain(value))
  if (Array.isArray(value)) return value.map(withBigInts)
  if (typeof value !== 'object' || value === null || value instanceof Error) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withBigInts(one)]))
}
