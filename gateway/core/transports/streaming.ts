import type { ServerResponse } from 'node:http'
import type { GraphQLFormattedError } from 'graphql'
import type { ReadRequest } from '../planning/document-cache.ts'
import { withSignal, type Scope } from '../subgraphs/scope.ts'
import { writeJson } from '../json.ts'
import { safely } from '../safely.ts'
import { BINARY, type Payload } from '../subscriptions/frames.ts'
import type { StreamPosition, Subscription } from '../subscriptions/subscriber.ts'
import { closedError } from './clients.ts'
import type { TransportDependencies } from './dependencies.ts'
import type { ConnectionUsage } from './client-usage.ts'

/** How a stream is encoded in a response: the only difference between SSE and multipart. */
export interface StreamFormat {
  readonly transport: 'sse' | 'multipart'
  readonly headers: Readonly<Record<string, string>>
  /** Written first, so that clients and proxies see that the response has begun. */
  readonly start: string
  readonly heartbeat: string
  next(json: string): string
  failed(errors: readonly GraphQLFormattedError[]): string
  readonly complete: string
  /** Ends the response without completing the operation: the client should reconnect. */
  readonly interrupted: string
}

export interface HttpStreams {
  readonly size: () => number
  /** Takes over the response. `refused` answers with a plain response instead, before the stream has begun. */
  open(
    format: StreamFormat,
    response: ServerResponse,
    read: ReadRequest,
    scope: Scope,
    /** What its client holds. It already counts as a connection, and the caller ends it. */
    usage: ConnectionUsage,
    refused: (errors: readonly unknown[]) => void,
  ): void
  /** Answers a query or mutation for a client that only accepts a stream. */
  single(format: StreamFormat, response: ServerResponse, result: object): void
  interruptAll(): void
}

/**
 * A client sends nothing back on a response. So an event counts as reached once the kernel has taken all of its bytes
 * and those of the last heartbeat. A connection that has not taken a heartbeat when the next one is due is cut, like a
 * socket that did not answer its ping. The limit of this is told in docs/subscriptions.md: a peer that vanished
 * silently looks alive until TCP gives up.
 */
export function makeHttpStreams(deps: TransportDependencies): HttpStreams {
  const { limits, metrics } = deps
  const streams = new Set<() => void>()

  const open: HttpStreams['open'] = (format, response, read, scope, usage, refused) => {
    const gone = new AbortController()
    let subscription: Subscription | undefined
    let heartbeat: NodeJS.Timeout | undefined
    let over = false
    let waiting = 0
    /** Whether the kernel has taken the last heartbeat. */
    let alive = true
    /** The position of an event that was written while a heartbeat was pending, or before the stream had begun. */
    let held: StreamPosition | null = null

    const finish = (last: string) => {
      if (over) return
      over = true
      clearInterval(heartbeat)
      gone.abort()
      subscription?.stop()
      streams.delete(interrupt)
      forget()
      if (response.destroyed) return
      begin()
      response.end(last)
    }
    const begin = () => {
      if (response.headersSent) return
      response.writeHead(200, format.headers)
      response.write(format.start)
    }
    const interrupt = () => finish(format.interrupted)
    const forget = deps.clients.add({
      context: scope.context,
      close: (_code, reason) => finish(format.failed([closedError(reason)]) + format.complete),
    })
    streams.add(interrupt)
    response.once('close', () => safely(deps.log, 'a stream', () => finish('')))
    const report = () => {
      if (!held || !alive || !subscription) return
      subscription.reached(held)
      held = null
    }
    const beat = () => {
      if (!alive) {
        metrics.count('gateway_slow_consumers_total', { transport: format.transport })
        finish('')
        response.destroy()
        return
      }
      alive = false
      response.write(format.heartbeat, (error) => {
        if (error || over) return
        alive = true
        report()
      })
    }

    let draining = false
    const drained = () => {
      draining = false
      usage.waits(0)
    }
    const keepsUp = () => {
      if (!response.writableNeedDrain) return true
      if (!draining) response.once('drain', drained)
      draining = true
      return usage.waits(response.writableLength)
    }

    const event = (payload: Payload, position: StreamPosition | null) => {
      if (over) return
      begin()
      waiting++
      // Binary: a waiting text would be counted in characters, not bytes.
      response.write(format.next(payload.binary), BINARY, (error) => {
        waiting--
        if (error || over || !position) return
        held = position
        report()
      })
      if (waiting <= limits.maxWaitingEvents && response.writableLength <= limits.maxWaitingBytes && keepsUp()) return
      metrics.count('gateway_slow_consumers_total', { transport: format.transport })
      finish('')
      // A response has no close code: the connection breaks, and the client resumes.
      response.destroy()
    }
    const end = (errors: readonly GraphQLFormattedError[] | null) =>
      finish(errors ? format.failed(errors) + format.complete : format.complete)

    const start = async () => {
      const identity = deps.identityOf(scope.context)
      const subscriber = {
        scope: withSignal(scope, gone.signal),
        transport: format.transport,
        identity,
        get left() {
          return over
        },
        event,
        end,
      }
      const started = await deps.subscriptions.start(read, subscriber)
      if (over) return 'errors' in started ? undefined : started.stop()
      if ('errors' in started) {
        over = true
        streams.delete(interrupt)
        forget()
        return refused(started.errors)
      }
      subscription = started
      report()
      begin()
      heartbeat = setInterval(() => safely(deps.log, 'a heartbeat', beat), limits.heartbeatMs)
    }
    start().catch((error: unknown) => end([deps.formatError(error, scope.requestId)]))
  }

  return {
    size: () => streams.size,
    open,
    single(format, response, result) {
      if (response.destroyed) return
      response.writeHead(200, format.headers)
      response.end(format.start + format.next(writeJson(result)) + format.complete)
    },
    interruptAll() {
      for (const interrupt of [...streams]) interrupt()
    },
  }
}
