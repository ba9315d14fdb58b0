import { Redis } from 'ioredis'
import { backoffMs } from '../backoff.ts'
import type { Log } from '../log/log.ts'
import { ServiceDownError, StartupError } from '../startup-error.ts'

/** Maximum time of a command: a caller with a fallback must reach it within its own request. */
const COMMAND_TIMEOUT_MS = 2_000
/** Interval at which an idle connection is checked, so that a half-open one is noticed and replaced. */
const HEARTBEAT_MS = 2_000
/** How long opening waits for a server that is still starting. */
const FIRST_CONNECT_MS = 10_000
/** Maximum pause between two attempts. A random part is subtracted, so that not all processes retry at once. */
const MAX_BACKOFF_MS = 2_000

export interface RedisOptions {
  readonly commandTimeoutMs?: number
  readonly heartbeatMs?: number
  readonly firstConnectMs?: number
}

export interface RedisConnection extends AsyncDisposable {
  readonly client: Redis
  /** Called after each reconnect, but not for the first connection. */
  onBack(listener: () => void): Disposable
  /** Replaces this connection by a new one, for a caller who found that it does not work. */
  renew(): void
}

/** Resolves once connected; rejects with one clear line if the server does not answer at the start. */
export async function openRedis(url: string, log: Log, options: RedisOptions = {}): Promise<RedisConnection> {
  const client = new Redis(url, {
    lazyConnect: true,
    disableClientInfo: true,
    commandTimeout: options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS,
    connectTimeout: options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS,
    disconnectTimeout: 500,
    enableOfflineQueue: false,
    // A command without an answer may have been executed: the caller decides whether to send it again.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // ioredis would resubscribe with an unhandled promise; subscribers resubscribe through `onBack` instead.
    autoResubscribe: false,
    retryStrategy: (attempt) => backoffMs(attempt, { firstMs: 50, mostMs: MAX_BACKOFF_MS }),
  })
  forgetArguments(client)
  const server = hostOf(url)
  const listeners = new Set<() => void>()
  let closing: Promise<void> | undefined
  let phase: 'connecting' | 'up' | 'down' = 'connecting'
  let lastError: Error | undefined

  client.on('error', (error: Error) => (lastError = error))
  client.on('close', () => {
    if (phase !== 'up' || closing) return
    phase = 'down'
    log.warn('Redis is down; retrying', { server, error: lastError })
  })
  client.on('ready', () => {
    const back = phase === 'down'
    phase = 'up'
    lastError = undefined
    if (!back) return
    log.info('Redis is back', { server })
    for (const listener of [...listeners]) listener()
  })

  let renewing = false
  client.on('close', () => (renewing = false))
  const renew = () => {
    if (renewing || closing || client.status !== 'ready') return
    renewing = true // ioredis stays "ready" until the old socket is closed
    client.disconnect(true)
  }
  const heartbeat = setInterval(() => {
    if (client.status === 'ready') client.ping().catch(renew)
  }, options.heartbeatMs ?? HEARTBEAT_MS)
  heartbeat.unref()

  const close = async () => {
    clearInterval(heartbeat)
    listeners.clear()
    if (client.status === 'ready') await client.quit().catch(() => undefined) // it is down by now: `disconnect` below suffices
    client.disconnect()
  }
  const connection: RedisConnection = {
    client,
    onBack(listener) {
      const own = () => listener()
      listeners.add(own)
      return { [Symbol.dispose]: () => void listeners.delete(own) }
    },
    renew,
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }

  try {
    await firstReady(client, options.firstConnectMs ?? FIRST_CONNECT_MS)
  } catch {
    await connection[Symbol.asyncDispose]()
    const message = `Redis at ${server} does not answer: ${lastError?.message ?? 'no answer'}`
    throw lastError && isRefusal(lastError) ? new StartupError(message) : new ServiceDownError(message)
  }
  return connection
}

/**
 * Redis answers with a refusal: a password is wrong or missing. Its answer while it loads its data is none, because
 * that passes.
 */
const isRefusal = ({ message }: Error) => /^(WRONGPASS|NOAUTH|NOPERM|ERR) /.test(message)

function firstReady(client: Redis, withinMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('timed out')), withinMs)
    client.once('ready', () => {
      clearTimeout(timer)
      resolve()
    })
    client.on('error', (error: Error) => isRefusal(error) && (clearTimeout(timer), reject(error)))
    client.connect().catch(() => undefined) // only the first attempt; retryStrategy makes the others
  })
}

/**
 * ioredis attaches a failed command's arguments to its error. They contain session keys and passwords, so they are
 * removed.
 */
function forgetArguments(client: Redis): void {
  const send = client.sendCommand.bind(client)
  client.sendCommand = (command, stream) => {
    // Registered before the caller's own handlers, so it runs before them.
    command.promise.catch((error: { command?: unknown }) => delete error.command)
    return send(command, stream)
  }
}

/** Only the host and port: the URL contains a password. */
function hostOf(url: string): string {
  const { host } = new URL(url)
  return host || 'localhost'
}
