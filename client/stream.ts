import type { Client, ExecutionResult, SubscribePayload } from 'graphql-ws'
import { ConnectionClosed, GraphError, type GraphErrorItem, Unreachable } from './errors.ts'

/** How a stream resumes after a break. */
export interface Resume<Data> {
  /** The variable for the cursor; the default is `after`. */
  readonly variable?: string
  /** Reads the cursor of an event; the default is the field `cursor` of its only root field. */
  readonly cursorOf?: (data: Data) => string | null | undefined
}

/**
 * Maximum events that wait for a slow consumer. Beyond it the subscription is stopped, and resumed once they are read.
 */
const MAX_WAITING = 1_000

/** Error codes after which the stream resumes from the last cursor. */
const RESUMABLE = new Set([
  'RESUME',
  'SLOW_CONSUMER',
  'UNAVAILABLE',
  'SHUTTING_DOWN',
  'CONNECTION_CLOSED',
  'RATE_LIMITED',
  'TOO_MANY_OPERATIONS',
  'TOO_MANY_STREAMS',
  // A part of the system is down.
  'DOWNSTREAM_SERVICE_ERROR',
  'INTERNAL_SERVER_ERROR',
])

/** The close code of a server, or of a proxy before it, that failed inside: graphql-ws by itself gives up then. */
export const SERVER_FAILED = 1011

/** True for what an outage causes: the same may succeed later. */
export const isOutage = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof GraphError && RESUMABLE.has(error.code ?? ''))

const MAX_WAIT_MS = 30_000

/** Doubles from half a second. A random part is subtracted, so that not all clients reconnect at once. */
export const waitMs = (attempt: number, random: () => number = Math.random): number =>
  Math.min(MAX_WAIT_MS, 500 * 2 ** Math.min(attempt, 10)) * (0.5 + random() / 2)

interface Opened<Data> {
  /** The client that all streams share, created by the first. */
  client(): Promise<Client>
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly resume: Resume<Data>
  /** Called for an event that was skipped. */
  readonly onSkipped?: (error: GraphError) => void
  /** Asks the server for its time, after it refused ours. */
  correctClock(): Promise<void>
  /** Called once, when the stream has ended. */
  onEnd(): void
}

/**
 * Gives events in order, without gaps or duplicates: each event updates the resume variable, and after a break the
 * request is sent again with it. A document without that variable continues with later events only.
 */
export function openStream<Data>(opened: Opened<Data>): AsyncIterableIterator<Data, undefined> {
  const { query, variables, resume } = opened
  const { variable = 'after', cursorOf = cursorOfOnlyField } = resume
  const takesCursor = new RegExp(`\\$${variable}\\b`).test(query)
  const moving: Record<string, unknown> = { ...variables }
  // After a reconnect the client sends this same object again, whose variables have been updated by then.
  const payload: SubscribePayload = { query, variables: moving }
  const waiting: Data[] = []
  const readers: { resolve: (result: IteratorResult<Data, undefined>) => void; reject: (error: Error) => void }[] = []
  let end: { readonly error?: Error } | undefined
  let left = false
  let attempt = 0
  let corrected = false
  let leave: (() => void) | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const finish = (error?: Error) => {
    if (end) return
    // An error is reported once: to the calls of `next` that wait, otherwise to the next call.
    end = error && readers.length === 0 ? { error } : {}
    clearTimeout(timer)
    leave?.()
    opened.onEnd()
    for (const { resolve, reject } of readers.splice(0)) {
      if (error) reject(error)
      else resolve({ done: true, value: undefined })
    }
  }

  /** An event came: what fails next begins anew. A clock may go wrong more than once in the life of a stream. */
  const settle = () => {
    attempt = 0
    corrected = false
  }

  const take = ({ data, errors, extensions }: ExecutionResult<Data>) => {
    if (end || left) return
    // The server sends this cursor if none of the event's data is for this client, and never will be.
    const past = takesCursor ? extensions?.['cursor'] : undefined
    if (typeof past === 'string') moving[variable] = past
    if (data == null) {
      const refusal = new GraphError(errors as readonly GraphErrorItem[] | undefined)
      if (typeof past === 'string') {
        settle()
        opened.onSkipped?.(refusal)
        return
      }
      // The server would continue with the next event, whose cursor passes this one.
      leave?.()
      return fail(refusal)
    }
    settle()
    const cursor = takesCursor ? cursorOf(data) : undefined
    if (typeof cursor === 'string') moving[variable] = cursor
    const reader = readers.shift()
    if (reader) return reader.resolve({ done: false, value: data })
    waiting.push(data)
    if (waiting.length >= MAX_WAITING && takesCursor) {
      left = true
      leave?.()
    }
  }

  const fail = (error: unknown) => {
    const failure = toError(error)
    if (failure instanceof ConnectionClosed) {
      // The socket pauses before it connects again.
      if (failure.closeCode === SERVER_FAILED) return start()
      if (failure.reason !== 'TIMESTAMP_STALE' || corrected) return finish(failure)
      corrected = true
      opened.correctClock().then(start, fail)
      return
    }
    if (!isOutage(failure)) return finish(failure)
    corrected = false
    timer = setTimeout(start, waitMs(attempt++))
  }

  const start = () => {
    left = false
    let over = false
    let stop: (() => void) | undefined
    leave = () => {
      over = true
      stop?.()
    }
    const unlessOver =
      <Args extends unknown[]>(act: (...args: Args) => void) =>
      (...args: Args) => {
        if (!over) act(...args)
      }
    const subscribe = (client: Client) => {
      stop = client.subscribe<Data>(payload, {
        next: unlessOver((result) => take(result as ExecutionResult<Data>)),
        error: unlessOver(fail),
        complete: unlessOver(() => finish()),
      })
    }
    if (!end) opened.client().then(unlessOver(subscribe), unlessOver(fail))
  }
  start()

  const stream: AsyncIterableIterator<Data, undefined> = {
    next() {
      const value = waiting.shift()
      if (value !== undefined) return Promise.resolve({ done: false, value })
      if (end) {
        const { error } = end
        end = {}
        return error ? Promise.reject(error) : Promise.resolve({ done: true, value: undefined })
      }
      if (left) start()
      return new Promise((resolve, reject) => readers.push({ resolve, reject }))
    },
    return() {
      waiting.length = 0
      finish()
      return Promise.resolve({ done: true, value: undefined })
    },
    [Symbol.asyncIterator]: () => stream,
  }
  return stream
}

function cursorOfOnlyField(data: unknown): string | undefined {
  const [field, ...others] = Object.values((data ?? {}) as Record<string, unknown>)
  if (others.length > 0) return undefined
  const cursor = (field as { cursor?: unknown } | null | undefined)?.cursor
  return typeof cursor === 'string' ? cursor : undefined
}

function toError(error: unknown): Error {
  if (Array.isArray(error)) return new GraphError(error as GraphErrorItem[])
  if (error instanceof Error) return error
  const { code, reason } = error as { code?: unknown; reason?: unknown }
  return new ConnectionClosed(typeof code === 'number' ? code : 1006, typeof reason === 'string' ? reason : '')
}
