import { type Client, createClient } from 'graphql-ws'
import type { ConnectionState } from './state.ts'
import { waitMs } from './stream.ts'

export interface SocketOptions {
  readonly url: string
  /** Makes the payload of one connection_init. */
  credentials(): Promise<Record<string, string>>
  /** A WebSocket class; unset: the platform's own, or that of the package `ws` on Node before 22. */
  readonly webSocket?: unknown
  onState(state: ConnectionState): void
  /** True while a stream is open: a socket that closes then was not closed by this client. */
  isNeeded(): boolean
}

/** The one socket that all streams share. It opens with the first stream and closes after the last. */
export interface SharedSocket extends AsyncDisposable {
  client(): Promise<Client>
  /** Ends the wait before the next attempt: the network is back, or the user looks at the app again. */
  wake(): void
}

/** Interval of the pings that detect a half-open connection. */
const PING_MS = 12_000
/** How long the answer to a ping may take. */
const PONG_MS = 5_000

/**
 * Maximum delay that a server may ask for before a reconnect: enough for a hundred thousand clients at a thousand per
 * second. A longer delay is cut to this.
 */
const MAX_HINT_MS = 5 * 60_000

/** A draining gateway tells each client when to reconnect, so that they do not all reconnect at once. */
function hintMs(reason: string): number | undefined {
  const said = /\bconnect again in (\d+) ms\b/.exec(reason)?.[1]
  return said === undefined ? undefined : Math.min(Number(said), MAX_HINT_MS)
}

/**
 * Connections that may break within `QUICK_MS` one after the other without a pause: a restart of several gateways does that. After
 * them each next one waits up to two seconds, also if the server closes in a way that asks for no pause.
 */
const MAX_QUICK = 3
const QUICK_MS = 5_000

/** The code of graphql-ws's error after `terminate()`, which is called if a ping was not answered. */
const TERMINATED = 4499

/** Close codes after which graphql-ws itself never connects again, and 4403, a refusal. */
const FINAL = new Set([1002, 1009, 1011, 4004, 4005, 4400, 4401, 4403, 4406, 4409, 4429, 4500])

const codeOf = (event: unknown): number => {
  const { code } = (event ?? {}) as { code?: unknown }
  return typeof code === 'number' ? code : 1006
}

const reasonOf = (event: unknown): string => {
  const { reason } = (event ?? {}) as { reason?: unknown }
  return typeof reason === 'string' ? reason : ''
}

/**
 * A broken connection is retried, and so is 1013, also for a rate limit. A fault in this client is not, nor a refusal
 * (4403).
 */
const isWorthRetrying = (event: unknown): boolean =>
  event instanceof Error ? codeOf(event) === TERMINATED : codeOf(event) !== 4403

/** Node has its own WebSocket since version 22. */
async function findWebSocket(): Promise<unknown> {
  const { WebSocket } = globalThis as { WebSocket?: unknown }
  return WebSocket ?? (await import('ws')).WebSocket
}

export function makeSocket({ url, credentials, webSocket, onState, isNeeded }: SocketOptions): SharedSocket {
  let client: Promise<Client> | undefined
  /** Set while the client waits to reconnect: ends the wait. */
  let wake: (() => void) | undefined
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      onState({ phase: 'waiting', until: Date.now() + ms })
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    }).finally(() => (wake = undefined))

  const open = async (): Promise<Client> => {
    /** The delay from the last close, for the next attempt only. */
    let hint: number | undefined
    let pong: ReturnType<typeof setTimeout> | undefined
    let quick = 0
    let connectingSince = -Infinity
    const opened = createClient({
      // Called for each connection.
      async url() {
        if (performance.now() - connectingSince > QUICK_MS) quick = 0
        if (quick > MAX_QUICK) await pause(waitMs(Math.min(quick - MAX_QUICK - 1, 2)))
        connectingSince = performance.now()
        return url
      },
      webSocketImpl: webSocket ?? (await findWebSocket()),
      // Called for each connection, so that each has its own timestamp and nonce.
      connectionParams: credentials,
      keepAlive: PING_MS,
      retryAttempts: Infinity,
      shouldRetry: isWorthRetrying,
      retryWait(attempt) {
        const ms = hint ?? waitMs(attempt)
        hint = undefined
        return pause(ms)
      },
      on: {
        connecting: () => onState({ phase: 'connecting' }),
        connected: () => onState({ phase: 'open' }),
        ping: (received) => {
          if (!received) pong = setTimeout(() => opened.terminate(), PONG_MS)
        },
        pong: (received) => {
          if (received) clearTimeout(pong)
        },
        closed: (event) => {
          clearTimeout(pong)
          quick = isNeeded() ? quick + 1 : 0
          hint = hintMs(reasonOf(event))
          const code = codeOf(event)
          if (code === 1000) onState({ phase: 'idle' })
          else if (FINAL.has(code)) onState({ phase: 'closed', code, reason: reasonOf(event) })
        },
      },
    })
    return opened
  }

  return {
    client: () => (client ??= open()),
    wake: () => wake?.(),
    async [Symbol.asyncDispose]() {
      wake?.()
      // It rejects with the close event of a connection that never came about: that is over, too.
      await (await client?.catch(() => undefined))?.dispose()?.catch(() => undefined)
    },
  }
}
