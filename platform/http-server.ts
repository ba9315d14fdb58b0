import { createServer, type RequestListener, type Server } from 'node:http'

export interface HttpDeadlines {
  /** From the opening of a connection, or the first byte of a further request, to the end of the request's head. */
  readonly headMs: number
  /**
   * The same to the end of the body. Code that reads a body has its own deadline; this one is for bodies that nobody
   * reads.
   */
  readonly requestMs: number
  /** Interval of the check of both deadlines. */
  readonly checkIntervalMs: number
}

const SECOND = 1_000
export const HTTP_DEADLINES: HttpDeadlines = {
  headMs: 10 * SECOND,
  requestMs: 60 * SECOND,
  checkIntervalMs: 2 * SECOND,
}

/**
 * Node's HTTP server with shorter deadlines. By default a head may take a minute, a request five, and both are checked
 * every half minute, so a client that sends a byte now and then could hold connections for that long. A late client
 * gets 408.
 */
export function makeHttpServer(
  listener?: RequestListener,
  { headMs, requestMs, checkIntervalMs: lookMs }: HttpDeadlines = HTTP_DEADLINES,
): Server {
  const options = { headersTimeout: headMs, requestTimeout: requestMs, connectionsCheckingInterval: lookMs }
  return listener ? createServer(options, listener) : createServer(options)
}
