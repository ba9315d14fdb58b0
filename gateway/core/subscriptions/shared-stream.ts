import type { ExecutionResult, GraphQLFormattedError } from 'graphql'
import { codedError, type FormatError } from '../errors.ts'
import type { DataSources } from '../federation/data-sources.ts'
import type { Scope } from '../federation/scope.ts'
import type { SupergraphInForce } from '../federation/supergraph.ts'
import type { Limits } from '../limits.ts'
import type { GraphRequest, Log, Metrics, Transport } from '../types.ts'
import { compile, type Respond } from './compile.ts'
import { makePayload, type Payload } from './frames.ts'
import type { SubscriptionPlan } from './plan.ts'
import { openSource } from './source.ts'

/** A valid operation with its plan, under one supergraph. */
export interface Asked {
  readonly request: GraphRequest
  readonly supergraph: SupergraphInForce
  readonly plan: SubscriptionPlan
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>
}

/** How far an event takes a resumable stream. */
export interface Mark {
  readonly number: number
  readonly cursor: string
}

/** One operation of one client, as a stream sees it. Its functions never throw. */
export interface Reader {
  readonly scope: Scope
  readonly transport: Transport
  readonly identity: string
  event(payload: Payload, mark: Mark | null): void
  /** Nothing follows. Null: the subgraph has completed. */
  end(errors: readonly GraphQLFormattedError[] | null): void
}

export interface Reading {
  /** This reader surely has everything up to this event. */
  reached(mark: Mark): void
  /** The reader leaves; it hears nothing more. */
  stop(): void
}

export interface SharedStream {
  readonly asked: () => Asked
  readonly readers: ReadonlySet<Reader>
  readonly key: () => string
  /** Whether one who comes now gets the same as those who are here. */
  readonly joinable: () => boolean
  join(reader: Reader): Reading
  /** Goes on under another supergraph. */
  replan(asked: Asked, key: string): void
  /** Ends it for one reader, or for all, with errors that are not formatted yet. */
  end(errors: readonly unknown[], reader?: Reader): void
}

interface Dependencies {
  readonly sources: Pick<DataSources, 'get'>
  readonly limits: Limits
  readonly formatError: FormatError
  readonly log: Log
  readonly metrics: Metrics
}

/**
 * One upstream stream for all who asked the same with equal rights: each event is executed once, becomes JSON once, and
 * goes to every reader in order. Opens with its first reader; `closed` is called when the last has left or it ended.
 * Throws a coded error where a limit forbids it.
 */
export function openSharedStream(
  firstAsked: Asked,
  firstKey: string,
  firstReader: Reader,
  deps: Dependencies,
  closed: () => void,
): { stream: SharedStream; reading: Reading } {
  const { sources, formatError, metrics } = deps
  const readers = new Set<Reader>()
  const gone = new AbortController()
  let asked = firstAsked
  let key = firstKey
  let over = false
  let events = 0
  let furthest = 0

  /** The rights of the stream are those of whoever reads it now. */
  let speaker = firstReader
  const scope = (): Scope => {
    if (!readers.has(speaker)) speaker = readers.values().next().value ?? speaker
    return { ...speaker.scope, signal: gone.signal }
  }

  const compiled = new WeakMap<SubscriptionPlan, Respond>()
  const compilePlan = () => compiled.set(asked.plan, compile(asked.plan, asked.variables, asked.supergraph, sources))
  compilePlan()
  const source = openSource(asked.plan, asked.variables, { ...deps, scope })

  const close = () => {
    if (over) return
    over = true
    source.stop()
    gone.abort()
    closed()
  }

  const leave = (reader: Reader) => {
    if (readers.delete(reader) && readers.size === 0) close()
  }

  const formatted = (errors: readonly unknown[], { scope: { requestId } }: Reader) =>
    errors.map((error) => formatError(error, requestId))

  const endAll = (errors: readonly unknown[] | null) => {
    const all = [...readers]
    readers.clear()
    close()
    for (const reader of all) reader.end(errors && formatted(errors, reader))
  }

  const deliver = ({ data, errors, extensions }: ExecutionResult, cursor: string | null, gap: boolean) => {
    const marked = gap ? { ...extensions, gap: true } : extensions
    const payload = makePayload({
      data: data ?? null,
      ...(errors && { errors: formatted(errors, speaker) }),
      ...(marked && { extensions: marked }),
    })
    const mark = cursor === null ? null : { number: ++events, cursor }
    if (mark === null) events++
    metrics.count('gateway_events_total')
    metrics.count('gateway_frames_total', undefined, readers.size)
    for (const reader of readers) reader.event(payload, mark)
  }

  const run = async () => {
    for (;;) {
      const item = await source.next()
      if (over) return
      if (item.kind === 'ended') return endAll(item.errors)
      const began = performance.now()
      // One after the other: that keeps their order.
      const result = await compiled.get(item.plan)?.(item.result, scope())
      if (over || !result) return
      metrics.observe('gateway_event_seconds', (performance.now() - began) / 1000)
      deliver(result, item.cursor, item.gap)
    }
  }

  const join = (reader: Reader): Reading => {
    readers.add(reader)
    return {
      reached(mark) {
        if (over || mark.number <= furthest) return
        furthest = mark.number
        source.reached(mark.cursor)
      },
      stop: () => leave(reader),
    }
  }

  const reading = join(firstReader)
  run().catch((error: unknown) => endAll([error]))

  const stream: SharedStream = {
    asked: () => asked,
    readers,
    key: () => key,
    // What a resumable stream has told already, a newcomer would miss: where it starts, and what was replayed.
    joinable: () => !over && (asked.plan.resume === null || events === 0),
    join,
    replan(next, nextKey) {
      asked = next
      key = nextKey
      compilePlan()
      source.replan(next.plan, next.variables)
    },
    end(errors, reader) {
      if (!reader) return endAll(errors)
      if (!readers.has(reader)) return
      leave(reader)
      reader.end(formatted(errors, reader))
    },
  }
  return { stream, reading }
}

export function schemaReloadError(): Error {
  return codedError('SCHEMA_RELOAD', 'The schema changed and this operation is no longer valid: subscribe again.')
}
