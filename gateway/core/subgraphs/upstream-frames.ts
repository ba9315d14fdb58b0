import { readErrors, withoutMark } from './answers.ts'
import { isPlain, kindOf } from '../values/kind-of.ts'
import type { SubgraphError } from './subgraph-errors.ts'
import { parseExactly } from '../json.ts'

/** What a subgraph may say on a socket, parsed: nothing of it is taken for what it should be. */
export type UpstreamFrame =
  | { readonly type: 'connection_ack' | 'ping' | 'pong' }
  | StreamFrame
  /** Not of the protocol, but about nothing of ours: what other protocols send to keep a connection alive. */
  | { readonly type: 'unknown' }
  /** Not of the protocol. `id`: the stream that it names; null where it names none and could be about any. */
  | { readonly type: 'wrong'; readonly id: string | null; readonly why: string }

/** About one stream. */
export type StreamFrame =
  | { readonly type: 'next'; readonly id: string; readonly payload: unknown }
  | { readonly type: 'error'; readonly id: string; readonly errors: readonly SubgraphError[] }
  | { readonly type: 'complete'; readonly id: string }

/** How a `next` message begins wherever it was made by JSON.stringify in the order of the protocol's own description. */
const NEXT_START = '{"id":"'
const NEXT_MIDDLE = '","type":"next","payload":'

/** Characters of a subgraph's own that stand in an error: it could be all of a message. */
export const MAX_SHOWN = 40

const QUOTE = 34
const CLOSE = 125

/** What JSON takes for blank, behind a message: space, tab, line feed, carriage return. */
const isBlank = (code: number) => code === 32 || (code >= 9 && code <= 13 && code !== 11 && code !== 12)

/** The id of a `next` message as servers write it, without reading what is behind it; null for any other message. */
export function nextIdOf(text: string): string | null {
  if (!text.startsWith(NEXT_START)) return null
  let end = NEXT_START.length
  // Ids are ours, and so digits: what is escaped, or of another's making, is not one of them as it stands here.
  for (let code = text.charCodeAt(end); code >= 48 && code <= 57; code = text.charCodeAt(end)) end++
  if (text.charCodeAt(end) !== QUOTE || !text.startsWith(NEXT_MIDDLE, end)) return null
  return text.slice(NEXT_START.length, end)
}

/**
 * The payload of such a message, to be read where it is needed. If this is JSON, then so is the message, which has nothing
 * else in it; if it is not, `readEvent` reads the message.
 */
export function nextPayloadOf(text: string, id: string): string {
  const start = NEXT_START.length + id.length + NEXT_MIDDLE.length
  let end = text.length - 1
  while (isBlank(text.charCodeAt(end))) end--
  // Without its own bracket it is no JSON. What is left is none either, or no object, and no event in any case.
  return text.charCodeAt(end) === CLOSE ? text.slice(start, end) : text.slice(start)
}

/** Reads any message. Throws where it is not JSON. */
export function readFrame(text: string): UpstreamFrame {
  const frame: unknown = parseExactly(withoutMark(text))
  if (!isPlain(frame)) return { type: 'wrong', id: null, why: `a message that is ${kindOf(frame)}, not an object` }
  const { type, id: given, payload } = frame
  // Some servers send a number back where it looks like one.
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
