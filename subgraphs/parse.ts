import { badInput, notFound } from './errors.ts'

declare const valid: unique symbol
/** A validated value, which only the parser of its kind makes. */
export type Valid<Kind extends string, Base = string> = Base & { readonly [valid]: Kind }

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** An id in PostgreSQL's spelling; null for a text that cannot be an id, which callers treat as not found. */
export function parseId(text: string): string | null {
  return UUID.test(text) ? text.toLowerCase() : null
}

/** The same; throws NOT_FOUND for a text that cannot be an id. `kind` is what it would name, such as `message`. */
export function requireId(kind: string, text: string): string {
  const id = parseId(text)
  if (id === null) throw notFound(kind, text)
  return id
}

/**
 * Control characters, lone surrogates, line separators, and marks that change the direction of the text after them:
 * they hide what a name is, or garble the output around it.
 */
const HIDDEN = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u
/** Letters and symbols that show nothing, such as the Hangul fillers and the empty Braille pattern. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2800]/gu

/** A line for people, such as a name or a title: trimmed, NFC, 1 to `max` characters, at least one of them visible. */
export function parseLine(argument: string, text: string, max: number): string {
  const line = normalized(argument, text, max)
  checkVisible(argument, line)
  return line
}

/** A text of one or more lines for people: like `parseLine`, with line feeds. CR LF becomes LF. */
export function parseLines(argument: string, text: string, max: number): string {
  const lines = normalized(argument, text, max).replaceAll('\r\n', '\n')
  checkVisible(argument, lines.replaceAll('\n', ' '))
  return lines
}

function normalized(argument: string, text: string, max: number): string {
  // Checked before normalising, whose time depends on the length.
  if (text.length > 4 * max) throw badInput(argument, `\`${argument}\` must be 1 to ${max} characters.`)
  const line = text.normalize('NFC').trim()
  if ([...line].length > max) throw badInput(argument, `\`${argument}\` must be 1 to ${max} characters.`)
  return line
}

function checkVisible(argument: string, line: string): void {
  if (HIDDEN.test(line)) throw badInput(argument, `\`${argument}\` has a control character: leave it out.`)
  if (!VISIBLE.test(line.replaceAll(INVISIBLE, '')))
    throw badInput(argument, `\`${argument}\` must have a visible character.`)
}

/** The URL as browsers write it. Clients open it; the server does not fetch it. */
export function parseHttpsUrl(argument: string, text: string, max: number): string {
  const refuse = () =>
    badInput(argument, `\`${argument}\` must be an absolute https URL without credentials, at most ${max} characters.`)
  // The parser would remove white space and control characters inside.
  if (text.length > max || /[\s\p{C}\\]/u.test(text) || !/^https:\/\/[^/]/i.test(text)) throw refuse()
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || url.username !== '' || url.password !== '' || url.href.length > max) throw refuse()
  return url.href
}
