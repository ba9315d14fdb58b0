import { setTimeout as delay } from 'node:timers/promises'
import { Client, type ClientConfig } from 'pg'
import { StartupError } from '../startup-error.ts'

/** Not there yet, perhaps soon: the server is starting, or its name is not known yet (containers that start together). */
const NOT_YET = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', '57P03', '53300'])

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
      if (Date.now() < end && NOT_YET.has(errorCode(error) ?? '')) {
        await delay(100 + Math.random() * 200)
        continue
      }
      throw new StartupError(`PostgreSQL at ${where} cannot be used: ${errorText(error)}.`)
    }
  }
}
