import { setTimeout as delay } from 'node:timers/promises'
import { Client, type ClientConfig } from 'pg'
import { ServiceDownError, StartupError } from '../startup-error.ts'
import { isUnavailable } from '../unavailable.ts'

/** Not there yet, perhaps soon: the server is starting, or its name is not known yet (containers that start together). */
function isNotYet(error: unknown): boolean {
  // A password that is refused, and a database that is not there, are for an operator.
  return isUnavailable(error) && !/^(28...|3D000)$/.test(errorCode(error) ?? '')
}

/** `host:port/database` of a connection URL: all that a message or a log line may say of it. */
export function describeUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  // Node's own error for a bad URL quotes it whole, password included: so it is never passed on.
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new StartupError(
      'The PostgreSQL URL is not one: it must look like postgres://user:password@host:5432/database.',
    )
  }
  return `${parsed.hostname || 'localhost'}:${parsed.port || '5432'}${parsed.pathname}`
}

/** The code of an error: an SQLSTATE of PostgreSQL (`40001`) or a code of Node (`ECONNREFUSED`). */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

/** What went wrong, in words; a connection tried on two addresses fails with an error that has no message of its own. */
export function errorText(error: unknown): string {
  const message = (error as { message?: unknown } | null)?.message
  return (typeof message === 'string' && message) || errorCode(error) || String(error)
}

/**
 * A connection of its own, outside every pool; the caller ends it. Waits up to `waitMs` for a server that is still
 * starting, then fails with one line that names the server and never the password.
 */
export async function connect(url: string, config: ClientConfig = {}, waitMs = 10_000): Promise<Client> {
  const where = describeUrl(url)
  const end = Date.now() + waitMs
  for (;;) {
    const client = new Client({ connectionTimeoutMillis: 5_000, ...config, connectionString: url })
    // A lost connection is told by the statement that fails; without a listener it would end the process.
    client.on('error', () => {})
    try {
      await client.connect()
      return client
    } catch (error) {
      await client.end().catch(() => {}) // it never was connected; the reason is in `error`
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
