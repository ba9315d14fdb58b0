import type { IncomingHttpHeaders } from 'node:http'

/** The client headers that go on to subgraphs, lower-case; on a socket, what connection_init says wins. */
export function makeForwarded(names: readonly string[] = []) {
  const wanted = names.map((name) => name.toLowerCase())
  return (headers: IncomingHttpHeaders, params: Readonly<Record<string, unknown>> = {}): Record<string, string> => {
    const forwarded: Record<string, string> = {}
    for (const name of wanted) {
      const value = headers[name]
      if (value !== undefined) forwarded[name] = Array.isArray(value) ? value.join(', ') : value
    }
    for (const [name, value] of Object.entries(params)) {
      if (typeof value === 'string' && wanted.includes(name.toLowerCase())) forwarded[name.toLowerCase()] = value
    }
    return forwarded
  }
}

export type Forwarded = ReturnType<typeof makeForwarded>

/** The default of `originAllowed`: a page of the gateway's own host. */
export function isSameOrigin(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host
}
