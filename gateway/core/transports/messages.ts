import type { GraphQLError } from 'graphql'
import { codedError } from '../errors.ts'
import type { Limits } from '../limits.ts'
import type { GraphRequest } from '../types.ts'
import { isPlain, kindOf } from '../values/kind-of.ts'
import { parseJson } from './json.ts'

/** The close codes that the gateway uses: those of graphql-transport-ws, and some of RFC 6455. */
export const CloseCode = {
  GoingAway: 1001,
  InternalError: 1011,
  Restart: 1012,
  TryAgainLater: 1013,
  BadRequest: 4400,
  Unauthorized: 4401,
  Forbidden: 4403,
  SubprotocolNotAcceptable: 4406,
  InitTimeout: 4408,
  SubscriberExists: 4409,
  TooManyInits: 4429,
} as const

/**
 * The close code for a client that was not admitted. Clients treat every code of 1000 to 1999 as final except 1000,
 * 1001, 1005, 1006 and 1012 to 1014. A client that connects while sessions cannot be read must get one of the
 * exceptions, otherwise it never reconnects.
 */
export function closeCodeOf(status: number): number {
  if (status >= 500 || status === 429) return CloseCode.TryAgainLater
  return status === 401 ? CloseCode.Unauthorized : CloseCode.Forbidden
}

export type ClientMessage =
  | { readonly type: 'connection_init'; readonly payload?: Readonly<Record<string, unknown>> }
  | { readonly type: 'ping'; readonly pong: string }
  | { readonly type: 'pong' }
  | { readonly type: 'subscribe'; readonly id: string; readonly request: GraphRequest | GraphQLError }
  | { readonly type: 'complete'; readonly id: string }

/** Throws an Error that says what is wrong with the message. Its text becomes the reason of close code 4400. */
export function parseMessage(text: string, limits: Limits): ClientMessage {
  const message = parseJson(text, 'The message', limits.maxJsonDepth)
  if (!isPlain(message)) throw new Error(`A message must be a JSON object, not ${kindOf(message)}.`)
  const { type, id } = message
  switch (type) {
    case 'ping':
      return { type, pong: pongFor(message['payload'], limits) }
    case 'pong':
      optionalRecord(message['payload'], 'payload')
      return { type }
    case 'connection_init': {
      const payload = optionalRecord(message['payload'], 'payload')
      return { type, ...(payload && { payload }) }
    }
    case 'subscribe':
      return { type, id: validId(id, limits), request: graphRequest(message['payload']) }
    case 'complete':
      return { type, id: validId(id, limits) }
    default:
      throw new Error('The type of a message must be connection_init, ping, pong, subscribe or complete, not another.')
  }
}

function pongFor(payload: unknown, { maxPingPayloadBytes }: Limits): string {
  const given = optionalRecord(payload, 'payload')
  if (!given) return '{"type":"pong"}'
  const text = JSON.stringify(given)
  if (Buffer.byteLength(text) > maxPingPayloadBytes)
    throw new Error(`The payload of a ping must have at most ${maxPingPayloadBytes} bytes.`)
  return `{"type":"pong","payload":${text}}`
}

/**
 * Reads a request from a message's payload or a body; throws an Error that says what is wrong. A request with only the
 * hash of a persisted query is well-formed but cannot be answered: the error code makes clients send the whole query
 * instead.
 */
export function graphRequest(payload: unknown): GraphRequest | GraphQLError {
  if (!isPlain(payload)) throw new Error(`A GraphQL request must be a JSON object, not ${kindOf(payload)}.`)
  const { query, operationName } = payload
  if (!query && isPlain(payload['extensions']) && payload['extensions']['persistedQuery'] !== undefined) {
    return codedError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported')
  }
  if (typeof query !== 'string' || query === '')
    throw new Error(`"query" must be a text that is not empty: it is ${query === '' ? 'empty' : kindOf(query)}.`)
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    throw new Error(`"operationName" must be a text, not ${kindOf(operationName)}.`)
  }
  const variables = optionalRecord(payload['variables'], 'variables')
  const extensions = optionalRecord(payload['extensions'], 'extensions')
  const request: { -readonly [Key in keyof GraphRequest]: GraphRequest[Key] } = { query }
  if (operationName) request.operationName = operationName
  if (variables) request.variables = variables
  if (extensions) {
    const { persistedQuery: _, ...others } = extensions
    request.extensions = others
  }
  return request
}

function validId(id: unknown, { maxIdLength }: Limits): string {
  if (typeof id !== 'string' || id === '')
    throw new Error(`"id" must be a text that is not empty: it is ${id === '' ? 'empty' : kindOf(id)}.`)
  if (id.length > maxIdLength) throw new Error(`"id" must have at most ${maxIdLength} characters, not ${id.length}.`)
  return id
}

function optionalRecord(value: unknown, name: string): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return undefined
  if (!isPlain(value)) throw new Error(`"${name}" must be an object, not ${kindOf(value)}.`)
  return value
}

/** RFC 6455, 5.5: a control frame's payload is at most 125 bytes, 2 of them the code. */
const MAX_REASON_BYTES = 123

export function limitedReason(reason: string): string {
  const bytes = Buffer.from(reason)
  return bytes.length <= MAX_REASON_BYTES
    ? reason
    : bytes
        .subarray(0, MAX_REASON_BYTES)
        .toString()
        .replace(/\uFFFD+$/, '')
}
