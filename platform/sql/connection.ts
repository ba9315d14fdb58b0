import { setTimeout as delay } from 'node:timers/promises'
import { Client, type ClientConfig } from 'pg'
import { ServiceDownError, StartupError } from '../startup-error.ts'
import { isUnavailable } from '../unavailable.ts'

/**
 * Whether a retry may help: the server is starting, or its host name is not known yet, as with containers that start
 * together.
 */
function isNotYet(error: unknown): boolean {
  // Only an operator can help with a refused password or a missing database.
  return isUnavailable(error) && !/^(28...|3D000)$/.test(errorCode(error) ?? '')
}

/** Returns `host:port/database` of a connection URL. Messages and log lines must not contain more of it. */
export function describeUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  // Node's own error for an invalid URL contains the password, so it is not passed on.
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new StartupError(
      'The PostgreSQL URL is not valid: it must look like postgres://user:password@host:5432/database.',
    )
  }
  return `${parsed.hostname || 'localhost'}:${parsed.port || '5432'}${parsed.pathname}`
}

/**
 * The code of an error: an SQLSTATE of PostgreSQL (`40001`) or a code of Node (`ECONNREFUSED`). Undefined if it has
 * none.
 */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

/** The error's message, or else its code: if a host has two addresses, Node's error has no message. */
export function errorText(error: unknown): string {
  const message = (error as { message?: unknown } | null)?.message
  return (typeof message === 'string' && message) || errorCode(error) || String(error)
}

/**
 * Opens a connection outside every pool; the caller ends it. Waits up to `waitMs` for a server that is starting, then
 * fails with one line that names the server, without the password.
 */
export async function connect(url: string, config: ClientConfig = {}, waitMs = 10_000): Promise<Client> {
  const where = describeUrl(url)
  const end = Date.now() + waitMs
  for (;;) {
    const client = new Client({ connectionTimeoutMillis: 5_000, ...config, connectionString: url })
    // The next statement reports a lost connection. Without a listener, the event would end the process.
    client.on('error', () => {})
    try {
      await client.connect()
      return client
    } catch (error) {
      await client.end().catch(() => {}) // it was never connected; `error` has the reason
      const notYet = isNotYet(error)
      if (Date.now() < end && notYet) {
        await delay(100 + Math.random() * 200)
        continue
      }
      const message = `PostgreSQL at ${where} cannot be used: ${errorText(error)}.`
      throw notYet ? new ServiceDownError(message) : new StartupError(message)
    }
  }
}
