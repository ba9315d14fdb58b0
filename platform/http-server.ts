import { createServer, type RequestListener, type Server } from 'node:http'

export interface HttpDeadlines {
  /** From the opening of a connection, or the first byte of a further request on it, to the end of the head. */
  readonly headMs: number
  /** The same to the end of the body. Whoever reads bodies has deadlines of its own: this one is for what nobody reads. */
  readonly requestMs: number
  /** How often the two are looked at. */
  readonly lookMs: number
}

const SECOND = 1_000
export const HTTP_DEADLINES: HttpDeadlines = { headMs: 10 * SECOND, requestMs: 60 * SECOND, lookMs: 2 * SECOND }

/**
 * Node's HTTP server, with deadlines: by its own a head may take a minute, a request five, and both are looked at every
 * half a minute. So who opens connections and sends a byte now and then would hold them all that time. Who is late gets 408.
 */
export function makeHttpServer(
  listener?: RequestListener,
  { headMs, requestMs, lookMs }: HttpDeadlines = HTTP_DEADLINES,
): Server {
  const options = { headersTimeout: headMs, requestTimeout: requestMs, connectionsCheckingInterval: lookMs }
  return listener ? createServer(options, listener) : createServer(options)
}
