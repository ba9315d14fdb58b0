import type { IncomingMessage } from 'node:http'
import { LRUCache } from 'lru-cache'
import Negotiator from 'negotiator'

const TYPES = ['application/json; charset=utf-8', 'application/graphql-response+json; charset=utf-8']

/**
 * Values of `accept` whose content type is cached. Clients choose the values, so the least recently used is dropped.
 */
const MAX_ACCEPTS = 100
/** Browsers send shorter values; longer ones are not cached. */
const MAX_ACCEPT_LENGTH = 300
const remembered = new LRUCache<string, { readonly type: string | undefined }>({ max: MAX_ACCEPTS })

/** The content type of an answer to this `accept` header; undefined if the gateway cannot send any accepted type. */
export function acceptedType(accept: string | undefined): string | undefined {
  if (!accept) return TYPES[0]
  const known = remembered.get(accept)
  if (known) return known.type
  const type = new Negotiator({ headers: { accept } }).mediaType(TYPES)
  if (accept.length <= MAX_ACCEPT_LENGTH) remembered.set(accept, { type })
  return type
}

/** The content type of an error, also for a client that accepts no type of ours. */
export function jsonType({ headers: { accept } }: IncomingMessage): string {
  return acceptedType(accept) ?? 'application/json; charset=utf-8'
}

/** A header that makes a browser send a preflight request first, so a page of a refused origin cannot send it. */
export const PREFLIGHTED = 'apollo-require-preflight'

/** The content types that an HTML form can send, and a page without a preflight. */
const SIMPLE_TYPES = /^\s*(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\s*(;|$)/i

/**
 * Whether a GET certainly is not a cross-site request without a preflight (`<img>`, a link, a `no-cors` fetch). Either
 * it has a header that needs a preflight; or the browser's own `sec-fetch-mode`, which no page can set, names a mode
 * in which cross-site requests carry an Origin, and every request's Origin is checked. `Accept` proves nothing,
 * because a page may set it without a preflight. Without `sec-fetch-mode` the client is no browser, an old browser, or
 * a browser on plain HTTP. These cannot be told apart, so the request is refused.
 */
export function isVouchedFor({ headers }: IncomingMessage): boolean {
  const type = headers['content-type']
  if (type !== undefined && !SIMPLE_TYPES.test(type)) return true
  if (headers[PREFLIGHTED] || headers['x-apollo-operation-name']) return true
  const mode = headers['sec-fetch-mode']
  return mode === 'cors' || mode === 'same-origin'
}
