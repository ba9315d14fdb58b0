import { badInput } from '../../errors.ts'
import { parseLine, type Valid } from '../../parse.ts'
import type { CreateUploadInput } from '../generated/resolvers.ts'
import type { MediaLimits } from './limits.ts'

const MAX_NAME = 255
const MAX_PIXELS = 100_000
const MAX_DURATION_MS = 24 * 60 * 60_000
/** RFC 6838: the names of a type and a subtype. */
const CONTENT_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/

/** The checked input of an upload. Only `parseUpload` makes it. */
export type NewMedia = Valid<
  'NewMedia',
  {
    readonly fileName: string | null
    readonly contentType: string
    readonly bytes: number
    readonly width: number | null
    readonly height: number | null
    readonly durationMs: number | null
  }
>

export function parseUpload(input: CreateUploadInput, { maxBytes, types }: MediaLimits): NewMedia {
  const contentType = input.contentType.toLowerCase()
  if (!CONTENT_TYPE.test(contentType)) {
    throw badInput('contentType', '`contentType` must be a media type without parameters, such as image/png.')
  }
  const [family] = contentType.split('/')
  if (![contentType, `${family}/*`, '*/*'].some((type) => types.includes(type))) {
    throw badInput('contentType', `Files of the type ${contentType} are not taken here, only ${types.join(', ')}.`)
  }
  if (input.bytes < 1 || input.bytes > maxBytes) {
    throw badInput('bytes', `\`bytes\` must be 1 to ${maxBytes}, not ${input.bytes}.`)
  }
  return {
    fileName: input.fileName == null ? null : parseFileName(input.fileName),
    contentType,
    bytes: input.bytes,
    width: parseNumber('width', input.width, MAX_PIXELS),
    height: parseNumber('height', input.height, MAX_PIXELS),
    durationMs: parseNumber('durationMs', input.durationMs, MAX_DURATION_MS),
  } as NewMedia
}

function parseFileName(text: string): string {
  const name = parseLine('fileName', text, MAX_NAME)
  if (/[/\\]/.test(name)) throw badInput('fileName', '`fileName` must be a name without slashes, not a path.')
  return name
}

function parseNumber(argument: string, value: number | null | undefined, max: number): number | null {
  if (value == null) return null
  if (value < 1 || value > max) throw badInput(argument, `\`${argument}\` must be 1 to ${max}, not ${value}.`)
  return value
}
