import { randomUUID } from 'node:crypto'

/**
 * JSON with numbers that JavaScript's numbers cannot hold, or would write in another way: `9007199254740993`, `1.50`, `1e400`.
 * Node 20 has no `JSON.rawJSON`, and its JSON.parse does not tell a number's text. So both functions here leave all work
 * to the built-in ones, which are many times faster than any parser in JavaScript, and do more only where such a number is.
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

  /** What JSON.stringify writes of it is near the number at best: `writeJson` sees that it was asked, and writes anew. */
  toJSON(): number | string {
    met++
    const number = Number(this.text)
    return Number.isFinite(number) ? number : this.text
  }
}

/** How often JSON.stringify met an ExactNumber. It is read and compared within one synchronous call only. */
let met = 0

/** JSON.stringify, with exact numbers as they are and each bigint as the whole number that it is. */
export function writeJson(value: unknown): string {
  const before = met
  try {
    const text = JSON.stringify(value)
    if (met === before) return text
  } catch (error) {
    // Also a cycle, or too deep a value: nothing can be said of these.
    if (!hasBigInt(error)) throw error
  }
  return writeExactly(value) ?? 'null'
}

function hasBigInt(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes('BigInt')
}

/** What JSON.stringify does, in the same order. Undefined for what no JSON has, such as a function. */
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
 * Where a number of JSON may stand whose text is not what JavaScript writes of it: 16 digits or more, an exponent, a
 * fraction that ends in 0 or begins with many, minus zero. It may also match within a text, which costs time and no more.
 */
const UNUSUAL = /(?:^|[:,[])\s*-?(?:\d(?:\.?\d){15}|\d+(?:\.\d+)?[eE]|\d+\.\d*0(?![\d.])|0\.0{6}|(?<=-)0(?![\d.]))/

/** Whether JSON.parse may have changed a number of this text. */
export function hasUnusualNumbers(text: string): boolean {
  return UNUSUAL.test(text)
}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** Whether JavaScript writes the number as it was written. */
export function isUsual(text: string): boolean {
  return String(Number(text)) === text
}

/** What stands for such a number while JSON.parse reads: nobody else knows it, so that no text of a sender can be taken for it. */
const MARK = `number ${randomUUID()} `

/** JSON.parse, with an ExactNumber for each number that JavaScript would not write as it was written. Throws what that throws. */
export function parseExactly(text: string): unknown {
  // First as it is: what stands for a number below would make valid what is not.
  const parsed: unknown = JSON.parse(text)
  if (!hasUnusualNumbers(text)) return parsed
  const marked = markNumbers(text)
  if (marked === text) return parsed
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(MARK) ? new ExactNumber(value.slice(MARK.length)) : value,
  )
}

/** Puts a text in the place of each such number outside of texts. */
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

/** Behind the quote that ends the text which begins here. The JSON is valid. */
function endOfText(text: string, open: number): number {
  for (let from = open + 1; ;) {
    const quote = text.indexOf('"', from)
    let slashes = 0
    while (text[quote - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return quote + 1
    from = quote + 1
  }
}
