import { badInput } from '../../errors.ts'
import { parseLine } from '../../parse.ts'
import { canonicalJson, type JsonObject, type JsonValue, type MessageType } from './body.ts'
import { LONE_SURROGATE } from './text.ts'

/**
 * Maximum bytes of the JSON of a CUSTOM message, whose content only apps understand. Every recipient gets it in the
 * event: larger data belongs into a file. Larger content is refused.
 */
const MAX_CUSTOM_BYTES = 8_192
/** Maximum objects and lists inside each other: parsers of apps recurse, and so does this one. */
const MAX_CUSTOM_DEPTH = 8

const MAX_NAME = 200
const MAX_ITEM_ID = 100
const MAX_ADDRESS = 500
/** Maximum phones, and maximum emails, of one contact. */
const MAX_CHANNELS = 10
const MAX_PHONE = 50
const MAX_EMAIL = 254
/** Half the way around the Earth: no estimate of an error is larger. */
const MAX_ACCURACY_METERS = 20_040_000

type Fields = Readonly<Record<string, unknown>>

/** Checks the content that a message of this type has. Returns undefined for a type without content. */
export function parseContent(type: MessageType, content: unknown): JsonObject | undefined {
  const parse = PARSERS[type]
  if (content == null && (type === 'STICKER' || type === 'GIF')) return undefined
  if (!parse) {
    if (content != null) throw badInput('content', `A message of the type ${type} must not have \`content\`.`)
    return undefined
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw badInput('content', `The \`content\` of a message of the type ${type} must be a JSON object.`)
  return parse(content as Fields)
}

const PARSERS: Partial<Record<MessageType, (content: Fields) => JsonObject>> = {
  LOCATION: parseLocation,
  CONTACT: parseContact,
  CUSTOM: parseCustom,
  STICKER: parseItem('stickerId'),
  GIF: parseItem('gifId'),
}

/** A sticker or a GIF of the catalog. */
function parseItem(name: 'stickerId' | 'gifId') {
  return (content: Fields): JsonObject => {
    allowOnly(content, [name])
    return { [name]: lineFrom(name, content[name], MAX_ITEM_ID) }
  }
}

function parseLocation(content: Fields): JsonObject {
  allowOnly(content, ['latitude', 'longitude', 'accuracyMeters', 'name', 'address'])
  const { accuracyMeters, name, address } = content
  return {
    latitude: numberFrom('latitude', content['latitude'], -90, 90),
    longitude: numberFrom('longitude', content['longitude'], -180, 180),
    ...(accuracyMeters != null && {
      accuracyMeters: numberFrom('accuracyMeters', accuracyMeters, 0, MAX_ACCURACY_METERS),
    }),
    ...(name != null && { name: lineFrom('name', name, MAX_NAME) }),
    ...(address != null && { address: lineFrom('address', address, MAX_ADDRESS) }),
  }
}

function parseContact(content: Fields): JsonObject {
  allowOnly(content, ['name', 'phones', 'emails'])
  const phones = linesFrom('phones', content['phones'], MAX_PHONE)
  const emails = linesFrom('emails', content['emails'], MAX_EMAIL)
  if (phones.some((phone) => !/\d/.test(phone)))
    throw badInput('content', 'Each of `content.phones` must have a digit.')
  if (emails.some((email) => !/^[^\s@]+@[^\s@]+$/.test(email)))
    throw badInput('content', 'Each of `content.emails` must be an address like ada@example.org.')
  if (phones.length + emails.length === 0)
    throw badInput('content', '`content` must have at least one of `phones` or `emails`.')
  return {
    name: lineFrom('name', content['name'], MAX_NAME),
    ...(phones.length > 0 && { phones }),
    ...(emails.length > 0 && { emails }),
  }
}

function parseCustom(content: Fields): JsonObject {
  checkJson(content, 1)
  const json = canonicalJson(content)
  const bytes = Buffer.byteLength(json)
  if (bytes > MAX_CUSTOM_BYTES)
    throw badInput('content', `\`content\` must have at most ${MAX_CUSTOM_BYTES} bytes as JSON, not ${bytes}.`)
  return JSON.parse(json) as JsonObject
}

/** Throws for what one of the stores would refuse or change. */
function checkJson(value: unknown, depth: number): asserts value is JsonValue {
  if (value === null || typeof value === 'boolean') return
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw badInput('content', 'Each number in `content` must be finite.')
    return
  }
  if (typeof value === 'string') return checkStorable(value)
  // A whole number that JavaScript's numbers cannot hold.
  if (typeof value !== 'object') throw badInput('content', 'A number in `content` is too large: send it as a text.')
  if (depth > MAX_CUSTOM_DEPTH)
    throw badInput('content', `\`content\` must have at most ${MAX_CUSTOM_DEPTH} levels of objects and lists.`)
  if (Array.isArray(value)) return value.forEach((item) => checkJson(item, depth + 1))
  for (const [key, item] of Object.entries(value)) {
    checkStorable(key)
    checkJson(item, depth + 1)
  }
}

function checkStorable(text: string): void {
  if (text.includes('\0') || LONE_SURROGATE.test(text))
    throw badInput('content', 'Texts in `content` must not have U+0000 or half a surrogate pair.')
}

function allowOnly(content: Fields, names: readonly string[]): void {
  const unknown = Object.keys(content).filter((name) => !names.includes(name))
  if (unknown.length > 0)
    throw badInput('content', `\`content\` must have no other fields than ${names.join(', ')} for this type.`)
}

function numberFrom(name: string, value: unknown, least: number, most: number): number {
  if (typeof value !== 'number' || !(value >= least && value <= most))
    throw badInput('content', `\`content.${name}\` must be a number from ${least} to ${most}.`)
  return value
}

function lineFrom(name: string, value: unknown, max: number): string {
  if (typeof value !== 'string') throw badInput('content', `\`content.${name}\` must be a text.`)
  return parseLine(`content.${name}`, value, max)
}

function linesFrom(name: string, value: unknown, max: number): string[] {
  if (value == null) return []
  if (!Array.isArray(value) || value.length > MAX_CHANNELS)
    throw badInput('content', `\`content.${name}\` must be a list of at most ${MAX_CHANNELS} texts.`)
  return value.map((line) => lineFrom(name, line, max))
}
