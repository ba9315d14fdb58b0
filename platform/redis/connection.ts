import { Redis } from 'ioredis'
import { backoffMs } from '../backoff.ts'
import type { Log } from '../log/log.ts'
import { AwayError, StartupError } from '../startup-error.ts'

/** How long a command may take before it rejects: a caller with a fallback must reach it within its own request. */
const COMMAND_TIMEOUT_MS = 2_000
/** How often an idle connection is tried, so that a half-open one is noticed and replaced. */
const HEARTBEAT_MS = 2_000
/** How long opening waits for a server that is still starting beside us. */
const FIRST_CONNECT_MS = 10_000
/** The longest pause between two attempts; each is cut by a random part, so that not all processes come back at once. */
const MAX_BACKOFF_MS = 2_000

export interface RedisOptions {
  readonly commandTimeoutMs?: number
  readonly heartbeatMs?: number
  readonly firstConnectMs?: number
}

export interface RedisConnection extends AsyncDisposable {
  readonly client: Redis
  /** Called each time that the connection is there again after it was away (not for the first time). */
  onBack(listener: () => void): Disposable
  /** Gives up this connection and makes another: for whoever found that it does not work. */
  renew(): void
}

/** Resolves once connected; rejects with one clear line when the server does not answer at the start. */
export async function openRedis(url: string, log: Log, options: RedisOptions = {}): Promise<RedisConnection> {
  const client = new Redis(url, {
    lazyConnect: true,
    disableClientInfo: true,
    commandTimeout: options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS,
    connectTimeout: options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS,
    disconnectTimeout: 500,
    enableOfflineQueue: false,
    // A command whose answer was lost may have been executed: its caller decides whether to send it again.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // ioredis would subscribe again with a promise that nobody catches; whoever subscribes does it, through onBack.
    autoResubscribe: false,
    retryStrategy: (attempt) => backoffMs(attempt, { firstMs: 50, mostMs: MAX_BACKOFF_MS }),
  })
  forgetArguments(client)
  const server = hostOf(url)
  const listeners = new Set<() => void>()
  let closing: Promise<void> | undefined
  let phase: 'connecting' | 'up' | 'away' = 'connecting'
  let lastError: Error | undefined

  client.on('error', (error: Error) => (lastError = error))
  client.on('close', () => {
    if (phase !== 'up' || closing) return
    phase = 'away'
    log.warn('Redis is down; trying again', { server, error: lastError })
  })
  client.on('ready', () => {
    const back = phase === 'away'
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
    if (client.status === 'ready') await client.quit().catch(() => undefined) // away by now: disconnect is all there is
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
    throw lastError && isRefusal(lastError) ? new StartupError(message) : new AwayError(message)
  }
  return connection
}

/** Redis answers, and says no: a password is wrong or missing. While it loads its data it says so, which passes. */
const isRefusal = ({ message }: Error) => /^(WRONGPASS|NOAUTH|NOPERM|ERR) /.test(message)

function firstReady(client: Redis, withinMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('timed out')), withinMs)
    client.once('ready', () => {
      clearTimeout(timer)
      resolve()
    })
    client.on('error', (error: Error) => isRefusal(error) && (clearTimeout(timer), reject(error)))
    client.connect().catch(() => undefined) // the first attempt only; retryStrategy makes the next ones
  })
}

/** ioredis hangs a failed command's arguments on its error: session keys and passwords, which must not travel with it. */
function forgetArguments(client: Redis): void {
  const send = client.sendCommand.bind(client)
  client.sendCommand = (command, stream) => {
    // Registered before any caller's own handler, therefore run before it.
    command.promise.catch((error: { command?: unknown }) => delete error.command)
    return send(command, stream)
  }
}

/** Host and port only: the URL carries a password. */
function hostOf(url: string): string {
  const { host } = new URL(url)
  return host || 'localhost'
}
