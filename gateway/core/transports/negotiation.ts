import type { IncomingMessage } from 'node:http'

/**
 * A client that names `application/json`, and not the newer type, takes a status for the transport's word: any proxy may
 * answer it with JSON and 4xx. So what is wrong with its operation comes with 200 (GraphQL over HTTP, 6.4.1). Who names
 * neither gets the 400, which says more to people and proxies.
 */
export function takesErrorsWith200(accept = ''): boolean {
  return /application\/json/i.test(accept) && !/application\/graphql-response\+json/i.test(accept)
}

export function jsonType({ headers: { accept = '' } }: IncomingMessage): string {
  const negotiated = accept.includes('application/graphql-response+json') && !accept.includes('application/json')
  return `application/${negotiated ? 'graphql-response+json' : 'json'}; charset=utf-8`
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
