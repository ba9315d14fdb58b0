import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'
import type { ExecutionResult } from 'graphql'
import { codedError } from '../errors.ts'
import { readAnswer, withoutMark } from './answers.ts'
import { isPlain, kindOf } from '../values/kind-of.ts'
import type { ReadAnswer } from './exact-answers.ts'

/** An HTTP answer before decoding. */
export interface HttpAnswer {
  readonly status: number
  /** The value of content-encoding. */
  readonly encoding: string | undefined
  readonly body: Buffer
}

/** The values of `content-encoding` that subgraphs may use. */
export const ACCEPT_ENCODING = 'gzip, deflate, br'

/** Maximum nested codings. One is enough; more would let a small answer cost much time. */
const MAX_CODINGS = 3

/**
 * The low four bits of the first byte in zlib's format, which "deflate" means by the specification. Some servers send
 * raw deflate.
 */
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

/** For an answer that was cut off at the limit. */
export const tooLong = (name: string, maxBytes: number, cause: unknown) =>
  codedError('DOWNSTREAM_SERVICE_ERROR', `The subgraph "${name}" answered with more than ${maxBytes} bytes.`, { cause })

/**
 * Reads the result; throws or rejects with a coded error. Synchronous if nothing must be decompressed, which is nearly
 * always.
 */
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
      throw wrong(name, status, `with a body that is not ${coding}`, cause)
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
