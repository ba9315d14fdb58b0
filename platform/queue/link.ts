import { setTimeout as delay } from 'node:timers/promises'
import { connect, type ChannelModel } from 'amqplib'
import { type Backoff, backoffMs, pause } from '../backoff.ts'
import type { Log } from '../log/log.ts'
import { ServiceDownError, StartupError } from '../startup-error.ts'
import { UnavailableError } from '../unavailable.ts'

/** RabbitMQ takes some seconds to start; opening waits this long for one that is starting. */
const FIRST_CONNECT_MS = 30_000
/** Maximum silence during the handshake of one attempt. */
const HANDSHAKE_MS = 5_000
/**
 * Interval of heartbeats in both directions. After two silent intervals the connection counts as half-open, and is
 * closed.
 */
const HEARTBEAT_SECONDS = 2
const MAX_BACKOFF_MS = 2_000
/** Maximum time for an answer on a live connection. A longer silence means that the network is broken. */
const ANSWER_MS = 5_000
/** The same for the close handshake, whose answer does not matter. */
export const FAREWELL_MS = 1_000

export interface LinkOptions {
  readonly url: string
  readonly log: Log
  readonly heartbeatSeconds?: number
  readonly firstConnectMs?: number
}

/** An AMQP connection that reconnects by itself. */
export interface Link extends AsyncDisposable {
  /** Null while RabbitMQ is down. */
  current(): ChannelModel | null
  /** Called with each new connection except the first. */
  onUp(listener: (model: ChannelModel) => void): Disposable
}

const BACKOFF: Backoff = { firstMs: 100, mostMs: MAX_BACKOFF_MS }

/** Rejects if the broker does not answer. The connection's own heartbeat then ends it. */
export async function answered<T>(question: Promise<T>, what: string, withinMs = ANSWER_MS): Promise<T> {
  const giveUp = new AbortController()
  const timeout = delay(withinMs, undefined, { signal: giveUp.signal }).then(() => {
    throw new UnavailableError(`RabbitMQ did not answer "${what}" in time.`)
  })
  timeout.catch(() => undefined) // the timer is aborted when the answer comes
  question.catch(() => undefined) // it may fail after the timeout
  try {
    return await Promise.race([question, timeout])
  } finally {
    giveUp.abort()
  }
}

/** Resolves once connected; rejects with one clear line if the broker does not answer at the start. */
export async function openLink({ url, log, ...options }: LinkOptions): Promise<Link> {
  const address = new URL(url)
  const server = address.host // never the URL: it carries a password
  if (!address.searchParams.has('heartbeat'))
    address.searchParams.set('heartbeat', String(options.heartbeatSeconds ?? HEARTBEAT_SECONDS))
  const listeners = new Set<(model: ChannelModel) => void>()
  const ending = new AbortController()
  let model: ChannelModel | null = null
  let closing: Promise<void> | undefined

  const attempt = async () => {
    const made = await connect(address.href, { noDelay: true, timeout: HANDSHAKE_MS })
    made.on('error', (error) => log.warn('RabbitMQ broke the connection', { server, error }))
    const down = new Promise<void>((resolve) => made.once('close', () => resolve()))
    if (ending.signal.aborted) destroy(made)
    else model = made
    return { made, down }
  }

  /** Runs as long as the link: waits until the connection is lost, then makes the next one. */
  const keepConnected = async (down: Promise<void>) => {
    for (;;) {
      await down
      if (model) destroy(model)
      model = null
      if (ending.signal.aborted) return
      log.warn('RabbitMQ is down; retrying', { server })
      const next = await retry(attempt, ending.signal, (error) =>
        log.debug('RabbitMQ is still down', { server, error }),
      )
      if (!next || ending.signal.aborted) return
      log.info('RabbitMQ is back', { server })
      for (const listener of [...listeners]) listener(next.made)
      down = next.down
    }
  }

  let cause: unknown
  const refused = new AbortController()
  const patience = AbortSignal.any([AbortSignal.timeout(options.firstConnectMs ?? FIRST_CONNECT_MS), refused.signal])
  const first = await retry(attempt, patience, (error) => {
    cause = error
    if (isRefusal(error)) refused.abort()
  })
  if (!first) {
    const message = `RabbitMQ at ${server} does not answer: ${messageOf(cause)}`
    throw isRefusal(cause) ? new StartupError(message) : new ServiceDownError(message)
  }
  const kept = keepConnected(first.down)

  const close = async () => {
    ending.abort()
    listeners.clear()
    if (model) {
      await answered(model.close(), 'close', FAREWELL_MS).catch(() => undefined) // it was lost meanwhile, so it is closed
      if (model) destroy(model)
    }
    await kept
  }
  return {
    current: () => model,
    onUp(listener) {
      const own = (made: ChannelModel) => listener(made)
      listeners.add(own)
      return { [Symbol.dispose]: () => void listeners.delete(own) }
    },
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}

/** Retries until it succeeds; undefined once the signal is aborted. */
export async function retry<T>(
  attempt: () => Promise<T>,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<T | undefined> {
  for (let failures = 0; ; failures++) {
    await pause(backoffMs(failures, BACKOFF), signal)
    if (signal.aborted) return undefined
    try {
      return await attempt()
    } catch (error) {
      onFailure(error)
    }
  }
}

/** RabbitMQ answers with a refusal: of the user, the password or the virtual host. */
const isRefusal = (error: unknown) => /\b(403|530)\b|ACCESS.REFUSED|NOT.ALLOWED/.test(messageOf(error))

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer'
  // amqplib's message for a connection that was closed when it named its virtual host.
  if (error.message.startsWith('Expected ConnectionOpenOk'))
    return '530 NOT-ALLOWED: the virtual host of the URL is refused'
  return error.message || error.name
}

/**
 * amqplib only half-closes its socket, which would stay for ever over a half-open network. Emits 'close' if nothing
 * else has.
 */
function destroy(model: ChannelModel): void {
  const { stream } = model.connection as unknown as { stream: { destroy(error?: Error): void } }
  stream.destroy(new Error('given up'))
}
