import { readErrors, withoutMark } from './answers.ts'
import { isPlain, kindOf } from '../values/kind-of.ts'
import type { SubgraphError } from './subgraph-errors.ts'
import { parseExactly } from '../json.ts'

/** A subgraph's message on a socket, parsed without trusting any part of it. */
export type UpstreamFrame =
  | { readonly type: 'connection_ack' | 'ping' | 'pong' }
  | StreamFrame
  /** Not part of the protocol, but names no stream: other protocols send such messages to keep a connection alive. */
  | { readonly type: 'unknown' }
  /** Invalid. `id` is the stream that it names; null if it names none and could belong to any. */
  | { readonly type: 'wrong'; readonly id: string | null; readonly why: string }

/** A message about one stream. */
export type StreamFrame =
  | { readonly type: 'next'; readonly id: string; readonly payload: unknown }
  | { readonly type: 'error'; readonly id: string; readonly errors: readonly SubgraphError[] }
  | { readonly type: 'complete'; readonly id: string }

/** How a `next` message begins if JSON.stringify wrote its keys in the protocol's order. */
const NEXT_START = '{"id":"'
const NEXT_MIDDLE = '","type":"next","payload":'

/** Maximum characters of a subgraph's text in an error: otherwise it could be a whole message. */
export const MAX_SHOWN = 40

const QUOTE = 34
const CLOSE = 125

/** JSON's white space, as it may follow a message: space, tab, line feed, carriage return. */
const isBlank = (code: number) => code === 32 || (code >= 9 && code <= 13 && code !== 11 && code !== 12)

/** The id of a `next` message in the usual form, without parsing the rest; null for any other message. */
export function nextIdOf(text: string): string | null {
  if (!text.startsWith(NEXT_START)) return null
  let end = NEXT_START.length
  // The gateway's ids are digits: an escaped or foreign id is none of them.
  for (let code = text.charCodeAt(end); code >= 48 && code <= 57; code = text.charCodeAt(end)) end++
  if (text.charCodeAt(end) !== QUOTE || !text.startsWith(NEXT_MIDDLE, end)) return null
  return text.slice(NEXT_START.length, end)
}

/**
 * Cuts the payload out of such a message, so that it is parsed only where it is needed. If the payload is valid JSON,
 * so is the message; otherwise `readEvent` parses the message.
 */
export function nextPayloadOf(text: string, id: string): string {
  const start = NEXT_START.length + id.length + NEXT_MIDDLE.length
  let end = text.length - 1
  while (isBlank(text.charCodeAt(end))) end--
  // Without its closing bracket the message is not JSON. The rest is then not JSON or no object, and never an event.
  return text.charCodeAt(end) === CLOSE ? text.slice(start, end) : text.slice(start)
}

/** Parses any message. Throws if it is not JSON. */
export function readFrame(text: string): UpstreamFrame {
  const frame: unknown = parseExactly(withoutMark(text))
  if (!isPlain(frame)) return { type: 'wrong', id: null, why: `a message that is ${kindOf(frame)}, not an object` }
  const { type, id: given, payload } = frame
  // Some servers send an id of digits back as a number.
  const id = typeof given === 'number' ? String(given) : given
  switch (type) {
    case 'connection_ack':
    case 'ping':
    case 'pong':
      return { type }
    case 'next':
    case 'error':
    case 'complete':
      if (typeof id !== 'string') {
        return { type: 'wrong', id: null, why: `a message "${type}" with an id that is ${kindOf(given)}, not a text` }
      }
      if (type === 'next') return { type, id, payload }
      return type === 'complete' ? { type, id } : { type, id, errors: readErrors(payload) }
  }
  if (typeof type === 'string' && id === undefined) return { type: 'unknown' }
  const shown = typeof type === 'string' ? JSON.stringify(type.slice(0, MAX_SHOWN)) : kindOf(type)
  return { type: 'wrong', id: typeof id === 'string' ? id : null, why: `a message with a type that is ${shown}` }
}
