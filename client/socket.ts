import { type Client, createClient } from 'graphql-ws'
import type { ConnectionState } from './state.ts'
import { SERVER_FAILED, waitMs } from './stream.ts'

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
/** How long a connection may take until the server has acknowledged it: platforms wait for minutes, or for ever. */
const OPENING_MS = 15_000

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

/** The code of graphql-ws's error after `terminate()`, which is called if the server is silent for too long. */
const TERMINATED = 4499

/** Close codes after which graphql-ws itself never connects again, and 4403, a refusal. */
const FINAL = new Set([1002, 1009, 4004, 4005, 4400, 4401, 4403, 4406, 4409, 4429, 4500])

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

/** What is needed here of a WebSocket of any platform. */
interface PlainSocket {
  onmessage: unknown
  onerror: unknown
}
type SocketClass = new (...args: unknown[]) => PlainSocket

/** Node has its own WebSocket since version 22. */
async function findWebSocket(): Promise<unknown> {
  const { WebSocket } = globalThis as { WebSocket?: unknown }
  return WebSocket ?? (await import('ws')).WebSocket
}

export function makeSocket({ url, credentials, webSocket, onState, isNeeded }: SocketOptions): SharedSocket {
  let client: Promise<Client> | undefined
  /** Set while the client waits to reconnect: ends the wait. */
  let wake: (() => void) | undefined
  /** Set while a connection opens: gives it up. */
  let stopOpening: (() => void) | undefined
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
    const Platform = (webSocket ?? (await findWebSocket())) as SocketClass
    let socket: PlainSocket | undefined
    const setSocket = (latest: PlainSocket) => (socket = latest)
    /** The delay from the last close, for the next attempt only. */
    let hint: number | undefined
    let deadline: ReturnType<typeof setTimeout> | undefined
    let quick = 0
    /** Connections that broke quickly one after the other by a failure of the server. */
    let failures = 0
    let connectingSince = -Infinity
    const giveUp = () => {
      opened.terminate()
      if (!socket) return
      // What it has still to say comes over the next connection, too.
      socket.onmessage = null
      // `ws` throws an error that nobody listens to, such as that of a handshake which was given up.
      socket.onerror = () => undefined
    }
    /** Gives the connection up unless the server answers in time. */
    const expectAnswer = (ms: number) => {
      clearTimeout(deadline)
      deadline = setTimeout(giveUp, ms)
    }
    const opened = createClient({
      // Called for each connection.
      async url() {
        if (performance.now() - connectingSince > QUICK_MS) quick = failures = 0
        const ms =
          failures > 0 ? waitMs(failures - 1) : quick > MAX_QUICK ? waitMs(Math.min(quick - MAX_QUICK - 1, 2)) : 0
        if (ms > 0) {
          await pause(ms)
          onState({ phase: 'connecting' })
        }
        connectingSince = performance.now()
        expectAnswer(OPENING_MS)
        stopOpening = giveUp
        return url
      },
      webSocketImpl: class extends Platform {
        constructor(...args: unknown[]) {
          super(...args)
          setSocket(this)
        }
      },
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
        connected: () => {
          clearTimeout(deadline)
          stopOpening = undefined
          onState({ phase: 'open' })
        },
        ping: (received) => {
          if (!received) expectAnswer(PONG_MS)
        },
        pong: (received) => {
          if (received) clearTimeout(deadline)
        },
        closed: (event) => {
          clearTimeout(deadline)
          stopOpening = undefined
          quick = isNeeded() ? quick + 1 : 0
          hint = hintMs(reasonOf(event))
          const code = codeOf(event)
          failures = code === SERVER_FAILED ? failures + 1 : 0
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
      stopOpening?.()
      // It rejects with the close event of a connection that never came about: that is over, too.
      await (await client?.catch(() => undefined))?.dispose()?.catch(() => undefined)
    },
  }
}
