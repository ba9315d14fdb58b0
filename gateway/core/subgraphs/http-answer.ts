import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'
import type { ExecutionResult } from 'graphql'
import { codedError } from '../errors.ts'
import { readAnswer, withoutMark } from './answers.ts'
import { isPlain, kindOf } from '../values/kind-of.ts'
import type { ReadAnswer } from './exact-answers.ts'

/** What came over HTTP, as bytes. */
export interface HttpAnswer {
  readonly status: number
  /** The value of content-encoding. */
  readonly encoding: string | undefined
  readonly body: Buffer
}

/** What subgraphs are told that may stand in `content-encoding`. */
export const ACCEPT_ENCODING = 'gzip, deflate, br'

/** Codings in one another. One suffices; more are a way to make a little answer take long. */
const MAX_CODINGS = 3

/** By the low four bits of the first byte: "deflate" is zlib's format by the specification, and bare with some servers. */
const ZLIB = 8

type Decode = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>

const gunzipped: Decode = promisify(gunzip)
const inflated: Decode = promisify(inflate)
const inflatedRaw: Decode = promisify(inflateRaw)
const unbrotlied: Decode = promisify(brotliDecompress)

const decoders: Readonly<Record<string, Decode>> = {
  gzip: gunzipped,
  'x-gzip': gunzipped,
  deflate: (body, options) => (((body[0] ?? 0) & 15) === ZLIB ? inflated : inflatedRaw)(body, options),
  br: unbrotlied,
}

const wrong = (name: string, status: number, what: string, cause?: unknown) =>
  codedError('DOWNSTREAM_SERVICE_ERROR', `The subgraph "${name}" answered HTTP ${status} ${what}.`, { cause })

/** An answer of which the rest was not taken. */
export const tooLong = (name: string, maxBytes: number, cause: unknown) =>
  codedError('DOWNSTREAM_SERVICE_ERROR', `The subgraph "${name}" answered with more than ${maxBytes} bytes.`, { cause })

/** The answer in it; throws or rejects with a coded error. No promise where there is nothing to wait for: nearly always. */
export function readHttpAnswer(
  name: string,
  answer: HttpAnswer,
  maxBytes: number,
  read: ReadAnswer,
): ExecutionResult | Promise<ExecutionResult> {
  const { status, encoding, body } = answer
  if (encoding === undefined || encoding === 'identity') return parse(name, status, body, read)
  return decode(name, answer, encoding, maxBytes).then((decoded) => parse(name, status, decoded, read))
}

async function decode(name: string, { status, body }: HttpAnswer, encoding: string, maxBytes: number): Promise<Buffer> {
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '')
  let decoded = body
  for (const [at, coding] of codings.reverse().entries()) {
    const decoder = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined
    if (coding === 'identity') continue
    if (!decoder || at >= MAX_CODINGS) {
      throw wrong(name, status, `in the encoding "${encoding.slice(0, 40)}", not in one of ${ACCEPT_ENCODING}`)
    }
    try {
      decoded = await decoder(decoded, { maxOutputLength: maxBytes })
    } catch (cause) {
      if ((cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLong(name, maxBytes, cause)
      throw wrong(name, status, `with what is not ${coding}`, cause)
    }
  }
  return decoded
}

function parse(name: string, status: number, body: Buffer, read: ReadAnswer): ExecutionResult {
  let result: unknown
  try {
    result = read(withoutMark(body.toString()))
  } catch (cause) {
    throw wrong(name, status, 'without JSON', cause)
  }
  if (!isPlain(result)) throw wrong(name, status, `with ${kindOf(result)}, not a GraphQL result`)
  if (!('data' in result || 'errors' in result)) throw wrong(name, status, 'without a GraphQL result')
  return readAnswer(result, name)
}
