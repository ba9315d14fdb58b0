import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

/** Headers of a connection or of a body, which are those of the gateway's own requests to subgraphs. */
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
 * Characters of one value out of a connection_init, which is as long as a socket's messages may be. A longer one is left
 * out, as is one that no header can carry: each request to a subgraph would fail by it, and the subgraph be taken for down.
 */
const MAX_VALUE = 8 * 1024

const isValue = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_VALUE && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)

/** The client headers that go on to subgraphs, lower-case; on a socket, what connection_init says wins. */
export function makeForwarded(names: readonly string[] = []) {
  const odd = names.find((name) => !isForwardable(name))
  if (odd !== undefined) throw new Error(`forwardHeaders: "${odd}" is no header that can be passed on to subgraphs.`)
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
 * A page of the gateway's own host, where that is an address or `localhost`. Under any other name the page's server may be
 * a stranger's: whoever owns a name can have it point to this machine after the page was loaded (DNS rebinding), and both
 * headers then name it. Such an origin has to be allowed by name.
 */
export function isSameOrigin(origin: string, host: string | undefined): boolean {
  if (!URL.canParse(origin)) return false
  const url = new URL(origin)
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return url.host === host && (name === 'localhost' || isIP(name) !== 0)
}
