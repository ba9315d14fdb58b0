import { randomUUID } from 'node:crypto'

/**
 * JSON with numbers that JavaScript's numbers cannot hold, or would write differently: `9007199254740993`, `1.50`,
 * `1e400`. Node 20 has no `JSON.rawJSON`, and its JSON.parse does not give a number's text. Both functions here use
 * the built-in ones, which are many times faster than a parser in JavaScript, and do more work only if such a number
 * occurs.
 */

/** A number of a custom scalar, as its sender wrote it. */
export class ExactNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }

  /**
   * JSON.stringify would write the nearest number at best. `writeJson` sees that this was called, and writes the value
   * again.
   */
  toJSON(): number | string {
    met++
    const number = Number(this.text)
    return Number.isFinite(number) ? number : this.text
  }
}

/** How often JSON.stringify has met an ExactNumber. Only compared within one synchronous call. */
let met = 0

/** JSON.stringify, but exact numbers keep their text, and a bigint becomes a whole number. */
export function writeJson(value: unknown): string {
  const before = met
  try {
    const text = JSON.stringify(value)
    if (met === before) return text
  } catch (error) {
    // A cycle, or a value that is too deep, cannot be written.
    if (!hasBigInt(error)) throw error
  }
  return writeExactly(value) ?? 'null'
}

function hasBigInt(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes('BigInt')
}

/**
 * Does what JSON.stringify does, in the same order. Undefined for values that JSON cannot represent, such as a
 * function.
 */
function writeExactly(value: unknown): string | undefined {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (value instanceof ExactNumber) return value.text
  if (Array.isArray(value)) return `[${value.map((item) => writeExactly(item) ?? 'null').join(',')}]`
  const { toJSON } = value as { toJSON?: unknown }
  if (typeof toJSON === 'function') return writeExactly((toJSON as () => unknown).call(value))
  const fields: string[] = []
  for (const [key, given] of Object.entries(value)) {
    const text = writeExactly(given)
    if (text !== undefined) fields.push(`${JSON.stringify(key)}:${text}`)
  }
  return `{${fields.join(',')}}`
}

/**
 * Matches numbers in JSON that JavaScript may write differently: 16 digits or more, an exponent, a fraction that ends
 * in 0 or begins with many zeros, minus zero. A match inside a text costs time, but does no harm.
 */
const UNUSUAL = /(?:^|[:,[])\s*-?(?:\d(?:\.?\d){15}|\d+(?:\.\d+)?[eE]|\d+\.\d*0(?![\d.])|0\.0{6}|(?<=-)0(?![\d.]))/

/** Whether JSON.parse may have changed a number of this text. */
export function hasUnusualNumbers(text: string): boolean {
  return UNUSUAL.test(text)
}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** Whether JavaScript writes the number with the same text. */
export function isUsual(text: string): boolean {
  return String(Number(text)) === text
}

/**
 * The prefix of a text that replaces such a number during JSON.parse. It is random, so that no sender's text can have
 * it.
 */
const MARK = `number ${randomUUID()} `

/**
 * JSON.parse, but with an ExactNumber for each number whose text JavaScript would change. Throws the errors of
 * JSON.parse.
 */
export function parseExactly(text: string): unknown {
  // Parses the original text first, because the replacements below could make invalid JSON valid.
  const parsed: unknown = JSON.parse(text)
  if (!hasUnusualNumbers(text)) return parsed
  const marked = markNumbers(text)
  if (marked === text) return parsed
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(MARK) ? new ExactNumber(value.slice(MARK.length)) : value,
  )
}

/** Replaces each such number outside of texts by a text. */
function markNumbers(text: string): string {
  const mark = (between: string) =>
    between.replace(NUMBER, (number) => (isUsual(number) ? number : `"${MARK}${number}"`))
  let marked = ''
  let at = 0
  for (;;) {
    const open = text.indexOf('"', at)
    if (open < 0) return marked + mark(text.slice(at))
    const close = endOfText(text, open)
    marked += mark(text.slice(at, open)) + text.slice(open, close)
    at = close
  }
}

/** The position after the closing quote of the text that begins at `open`. The JSON is valid. */
function endOfText(text: string, open: number): number {
  for (let from = open + 1; ;) {
    const quote = text.indexOf('"', from)
    let slashes = 0
    while (text[quote - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return quote + 1
    from = quote + 1
  }
}
