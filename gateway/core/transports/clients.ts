import { codedError, codes, refusalOf, type FormatError } from '../errors.ts'
import { writeJson } from '../json.ts'
import { safely } from '../safely.ts'
import type { AskingClient, GatewayOptions, IncomingRequest, Log } from '../types.ts'

/** A long-lived connection: a socket, or a streaming response. */
export interface Client {
  readonly context: unknown
  /** Ends its streams and closes it at once; idempotent. */
  close(code: number, reason: string): void
}

/** How a transport rejects a client. */
export interface Denied {
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>
  readonly error: unknown
}

export interface Clients {
  /** Never rejects. */
  admit(request: IncomingRequest, client: AskingClient): Promise<{ context: unknown } | Denied>
  /** Returns the function that removes the client. Must be called in the same tick in which `admit` resolved. */
  add(client: Client): () => void
  close(matches: (context: unknown) => boolean, code: number, reason: string): number
}

interface Closing {
  readonly matches: (context: unknown) => boolean
  readonly reason: string
  next: Closing | null
}

function closingAfter(before: Closing, context: unknown): Closing | null {
  let closing = before.next
  while (closing && !closing.matches(context)) closing = closing.next
  return closing
}

/** The connected clients, and their authentication: the same for every transport. */
export function makeClients({ authenticate }: Pick<GatewayOptions<unknown>, 'authenticate'>, log: Log): Clients {
  const clients = new Set<Client>()
  /**
   * A `close` during an authentication applies to that client too: the authentication may have read the session before
   * it was revoked. Closings form a linked list, so that only those stay in memory that a running authentication still
   * has to check.
   */
  let latest: Closing = { matches: () => false, reason: '', next: null }

  return {
    async admit(request, client) {
      const before = latest
      try {
        const context = await authenticate(request, client)
        const closing = closingAfter(before, context)
        if (!closing) return { context }
        return { status: 401, code: closing.reason, headers: {}, error: closedError(closing.reason) }
      } catch (error) {
        const refusal = refusalOf(error)
        if (refusal) {
          const { code, status = code === 'UNAUTHENTICATED' ? 401 : 403, headers } = refusal
          return { status, code, headers, error }
        }
        log.error('Authentication failed unexpectedly.', { requestId: request.requestId, error })
        const masked = codedError('INTERNAL_SERVER_ERROR', codes.INTERNAL_SERVER_ERROR)
        return { status: 500, code: 'INTERNAL_SERVER_ERROR', headers: {}, error: masked }
      }
    },
    add(client) {
      clients.add(client)
      return () => clients.delete(client)
    },
    close(matches, code, reason) {
      latest = latest.next = { matches, reason, next: null }
      const matching = [...clients].filter(({ context }) => matches(context))
      // A client that fails to close must not keep the others open.
      for (const client of matching) safely(log, 'the closing of a client', () => client.close(code, reason))
      return matching.length
    },
  }
}

/**
 * The error that a streaming response ends with when the gateway closes it: a close frame's reason serves as the code.
 */
export function closedError(reason: string): { message: string; extensions: { code: string } } {
  const code = /^[A-Z][A-Z_]*$/.test(reason) ? reason : 'CONNECTION_CLOSED'
  return { message: codes.CONNECTION_CLOSED, extensions: { code } }
}

export function deniedBody({ error }: Denied, formatError: FormatError, requestId: string): string {
  return writeJson({ errors: [formatError(error, requestId)] })
}
