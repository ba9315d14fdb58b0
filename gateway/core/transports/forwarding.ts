import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

/** Headers that describe a connection or a body. The gateway's requests to subgraphs have their own. */
const OF_THE_CONNECTION = new Set([
  ...[
    'accept',
    'accept-encoding',
    'connection',
    'content-encoding',
    'content-length',
    'content-type',
    'expect',
    'host',
  ],
  ...['keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
])

/** Whether `forwardHeaders` may name this header: the name is valid, and the header does not describe the connection itself. */
export function isForwardable(name: string): boolean {
  const lower = name.toLowerCase()
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !OF_THE_CONNECTION.has(lower) && !lower.startsWith('sec-websocket-')
}

/**
 * Maximum characters of one value from connection_init; otherwise a value could be as long as a message. A longer
 * value is left out, and so is one that no header can carry: each request to a subgraph would fail, and the subgraph
 * would be taken for down.
 */
const MAX_VALUE = 8 * 1024

const isValue = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_VALUE && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)

/**
 * The client headers that are forwarded to subgraphs, in lower case. On a socket, connection_init overrides the
 * headers of the upgrade.
 */
export function makeForwarded(names: readonly string[] = []) {
  const refused = names.find((name) => !isForwardable(name))
  if (refused !== undefined)
    throw new Error(`forwardHeaders: the header "${refused}" cannot be forwarded to subgraphs.`)
  const wanted = names.map((name) => name.toLowerCase())
  return (headers: IncomingHttpHeaders, params: Readonly<Record<string, unknown>> = {}): Record<string, string> => {
    const forwarded: Record<string, string> = {}
    for (const name of wanted) {
      const value = headers[name]
      if (value !== undefined) forwarded[name] = Array.isArray(value) ? value.join(', ') : value
    }
    for (const [name, value] of Object.entries(params)) {
      if (isValue(value) && wanted.includes(name.toLowerCase())) forwarded[name.toLowerCase()] = value
    }
    return forwarded
  }
}

export type Forwarded = ReturnType<typeof makeForwarded>

/**
 * Whether a page is on the gateway's own host, and that host is an address or `localhost`. Under any other name the
 * page may be an attacker's: the owner of a domain can point it to this machine after the page has loaded (DNS
 * rebinding), and then Origin and Host are equal. Such an origin must be allowed by name.
 */
export function isSameOrigin(origin: string, host: string | undefined): boolean {
  if (!URL.canParse(origin)) return false
  const url = new URL(origin)
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return url.host === host && (name === 'localhost' || isIP(name) !== 0)
}
