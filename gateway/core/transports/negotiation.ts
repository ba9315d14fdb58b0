import type { IncomingMessage } from 'node:http'
import { LRUCache } from 'lru-cache'
import Negotiator from 'negotiator'

const TYPES = ['application/json; charset=utf-8', 'application/graphql-response+json; charset=utf-8']

/** Values of `accept` whose type is remembered. Clients make them up: the least recently used goes. */
const MAX_ACCEPTS = 100
/** Browsers send shorter ones; longer ones are not remembered. */
const MAX_ACCEPT_LENGTH = 300
const remembered = new LRUCache<string, { readonly type: string | undefined }>({ max: MAX_ACCEPTS })

/** The content type of an answer to this `accept`; undefined where it takes none that the gateway has. */
export function acceptedType(accept: string | undefined): string | undefined {
  if (!accept) return TYPES[0]
  const known = remembered.get(accept)
  if (known) return known.type
  const type = new Negotiator({ headers: { accept } }).mediaType(TYPES)
  if (accept.length <= MAX_ACCEPT_LENGTH) remembered.set(accept, { type })
  return type
}

/** The content type of an error, which also those are told who accept none. */
export function jsonType({ headers: { accept } }: IncomingMessage): string {
  return acceptedType(accept) ?? 'application/json; charset=utf-8'
}

/** What a script must ask the server for before it may send it, so that no page of a refused origin can. */
export const PREFLIGHTED = 'apollo-require-preflight'

/** The types that a form can send, and that a page may name without asking first. */
const SIMPLE_TYPES = /^\s*(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\s*(;|$)/i

/**
 * Whether a GET cannot be the doing of another site's page that nobody asked about first (`<img>`, a link, a `no-cors`
 * fetch). Either it carries what a page must ask for; or the browser itself says, in a header that no page can set, that it
 * was made in a mode in which another site's page is named by an Origin, which is checked for every request. `Accept`
 * proves nothing: a page may set it without asking. Without the browser's header it is no browser, an old one, or one on
 * plain HTTP, and these cannot be told apart: refused.
 */
export function isVouchedFor({ headers }: IncomingMessage): boolean {
  const type = headers['content-type']
  if (type !== undefined && !SIMPLE_TYPES.test(type)) return true
  if (headers[PREFLIGHTED] || headers['x-apollo-operation-name']) return true
  const mode = headers['sec-fetch-mode']
  return mode === 'cors' || mode === 'same-origin'
}
