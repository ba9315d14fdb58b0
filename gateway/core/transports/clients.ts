import { codedError, codes, refusalOf, type FormatError } from '../errors.ts'
import { writeJson } from '../json.ts'
import { safely } from '../safely.ts'
import type { AskingClient, GatewayOptions, IncomingRequest, Log } from '../types.ts'

/** A connection that stays: a socket, or a response that streams. */
export interface Client {
  readonly context: unknown
  /** Ends its streams and it at once; idempotent. */
  close(code: number, reason: string): void
}

/** How a transport tells a client that it may not come in. */
export interface Denied {
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>
  readonly error: unknown
}

export interface Clients {
  /** Never rejects. */
  admit(request: IncomingRequest, client: AskingClient): Promise<{ context: unknown } | Denied>
  /** Returns the function that forgets it. To be called in the same tick in which `admit` was answered. */
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

/** Who is connected, and the one way in: the same for every transport. */
export function makeClients({ authenticate }: Pick<GatewayOptions<unknown>, 'authenticate'>, log: Log): Clients {
  const clients = new Set<Client>()
  /**
   * What was closed while somebody was being authenticated counts for them too: the answer may be older than the
   * revocation. Each closing leads to the next, so that only those are kept which somebody is still being asked about.
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
      // One that cannot be closed must not keep the others open.
      for (const client of matching) safely(log, 'the closing of a client', () => client.close(code, reason))
      return matching.length
    },
  }
}

/** What a streaming response says when it is closed by us: the reason of a close frame serves as the code. */
export function closedError(reason: string): { message: string; extensions: { code: string } } {
  const code = /^[A-Z][A-Z_]*$/.test(reason) ? reason : 'CONNECTION_CLOSED'
  return { message: codes.CONNECTION_CLOSED, extensions: { code } }
}

export function deniedBody({ error }: Denied, formatError: FormatError, requestId: string): string {
  return writeJson({ errors: [formatError(error, requestId)] })
}
