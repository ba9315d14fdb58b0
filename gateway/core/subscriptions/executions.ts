import type { ExecutionResult, FormattedExecutionResult, GraphQLFormattedError } from 'graphql'
import { codedError, type FormatError } from '../errors.ts'
import { compileEvents, type CompiledEvents } from '../execution/events.ts'
import type { DataSources } from '../federation/data-sources.ts'
import { makeLeaving } from '../federation/leaving.ts'
import { withLeaving, type Scope } from '../federation/scope.ts'
import type { SharedFetches } from '../federation/shared-fetches.ts'
import type { SupergraphInForce } from '../federation/supergraph.ts'
import type { Metrics } from '../types.ts'
import type { SubgraphEvent } from './attempt.ts'
import { Payload } from './frames.ts'
import type { SubscriptionPlan } from './plan.ts'

/** How long what became of an event is kept for streams to which the same event is still coming. */
const KEPT_MS = 1_000
/** Events that one execution keeps; the oldest goes first, and is then executed again where it comes once more. */
const MAX_KEPT = 64

/** An event that is being executed for everybody of one class of viewers, or was. */
export interface Running {
  /** How far it takes a resumable stream. */
  readonly cursor: string | null
  /** Null until it is done. */
  done: Executed | null
  /** Told once it is. */
  readonly waiting: Awaiting[]
}

/** In a list rather than a Set: its old tables would keep what passed through it alive (see `makeDeadlines`). */
interface UnderWay extends Running {
  /** By whom what is fetched for it is given up. */
  readonly leaving: ReturnType<typeof makeLeaving>
  earlier: UnderWay | null
  later: UnderWay | null
}

export interface Awaiting {
  flush(): void
}

export interface Executed {
  readonly result: FormattedExecutionResult
  readonly payload: Payload
}

/** One operation for viewers to whom the response to an event is the same, on as many streams as there are. */
export interface Execution {
  /** Never throws; `scope` is of any of them. */
  run(event: SubgraphEvent, scope: Scope): Running
  /** To be called once by each who opened it: `waits` where he still wants what he asked it for. */
  close(waits: boolean): void
}

export interface Executions {
  open(asked: Asked, viewers: string): Execution
  readonly size: () => number
}

interface Asked {
  readonly plan: SubscriptionPlan
  readonly supergraph: SupergraphInForce
  readonly variables: Readonly<Record<string, unknown>>
}

interface Dependencies {
  readonly sources: Pick<DataSources, 'get'>
  readonly fetches: SharedFetches
  readonly formatError: FormatError
  readonly metrics: Metrics
}

interface Opened extends Execution {
  users: number
}

/**
 * An event becomes a response, and JSON, once for each document, values of the variables on which it depends (the root
 * field's arguments choose events, and do not change them) and class of viewers, however many streams it comes on. That
 * two streams carry the same event is seen by its text. A resumable stream's has a cursor in it, and an event to which
 * nothing is fetched says all of itself: these are kept for a second. Of others the same text may come again and mean that
 * something changed: only those that come in one turn of the event loop, before anything is fetched for them, are one.
 */
export function makeExecutions({ sources, fetches, formatError, metrics }: Dependencies): Executions {
  const opened = new Map<string, Opened>()
  const compiled = new WeakMap<SubscriptionPlan, CompiledEvents>()

  const compile = ({ plan, supergraph }: Asked): CompiledEvents => {
    let events = compiled.get(plan)
    if (!events) {
      events = compileEvents(
        { ...plan, api: supergraph.api },
        { schema: supergraph.supergraph, sources, fetches: fetches.ofEvents(plan.sharing.fetches) },
      )
      compiled.set(plan, events)
    }
    return events
  }

  const open = (asked: Asked, key: string): Opened => {
    const { plan, variables } = asked
    const run = compile(asked)(variables)
    const lasting = plan.resume !== null || plan.rest.length === 0
    let latest: UnderWay | null = null
    let awaited = false
    let kept: Map<string, Running> | null = null
    let timer: NodeJS.Timeout | undefined

    const forget = () => {
      kept = null
      timer = undefined
    }

    const keep = (text: string, running: Running) => {
      if (!kept) {
        kept = new Map()
        if (lasting) timer = setTimeout(forget, KEPT_MS).unref()
        else setImmediate(forget)
      }
      const [oldest] = lasting && kept.size >= MAX_KEPT ? kept.keys() : []
      if (oldest !== undefined) kept.delete(oldest)
      kept.set(text, running)
    }

    const begin = (cursor: string | null): UnderWay => {
      const running = { cursor, done: null, waiting: [], leaving: makeLeaving(), earlier: latest, later: null }
      if (latest) latest.later = running
      return (latest = running)
    }

    const end = (running: UnderWay) => {
      const { earlier, later } = running
      if (earlier) earlier.later = later
      if (later) later.earlier = earlier
      else latest = earlier
      running.earlier = running.later = null
    }

    const execute = (event: ExecutionResult, owned: boolean, scope: Scope): Running => {
      const running = begin(plan.resume?.cursorOf(event) ?? null)
      const began = performance.now()
      const { requestId } = scope
      // Others may wait for it as well, and whose scope it is may leave.
      run(event, owned, withLeaving(scope, running.leaving), (result) => {
        end(running)
        metrics.count('gateway_executions_total')
        metrics.observe('gateway_event_seconds', (performance.now() - began) / 1000)
        running.done = asExecuted(result, (error) => formatError(error, requestId))
        for (const one of running.waiting) one.flush()
        running.waiting.length = 0
      })
      return running
    }

    return {
      users: 0,
      run(event, scope) {
        const text = this.users > 1 ? textOf(event) : null
        const known = text === null ? undefined : kept?.get(text)
        if (known) return known
        const parsed = typeof event === 'string'
        const running = execute(parsed ? parseEvent(event) : event, parsed, scope)
        if (text !== null) keep(text, running)
        return running
      },
      close(waits) {
        awaited ||= waits
        if (--this.users > 0) return
        if (!awaited) for (let one = latest; one; one = one.earlier) one.leaving.leave()
        clearTimeout(timer)
        kept = null
        opened.delete(key)
      },
    }
  }

  return {
    open(asked, viewers) {
      const { plan, variables } = asked
      const given = plan.sharing.variables.flatMap((name) => (name in variables ? [name, variables[name]] : []))
      const key = JSON.stringify([plan.id, given, viewers])
      let execution = opened.get(key)
      if (!execution) {
        execution = open(asked, key)
        opened.set(key, execution)
      }
      execution.users++
      return execution
    },
    size: () => opened.size,
  }
}

type Format = (error: unknown) => GraphQLFormattedError

function asExecuted(result: ExecutionResult, format: Format): Executed {
  try {
    return written(result, format)
  } catch (error) {
    // A value that no JSON has: a subgraph in this process may send any.
    return written({ data: null, errors: [error as never] }, format)
  }
}

function written({ data, errors, extensions }: ExecutionResult, format: Format): Executed {
  const result = {
    data: data ?? null,
    ...(errors && { errors: errors.map(format) }),
    ...(extensions && { extensions }),
  }
  return { result, payload: new Payload(result) }
}

/** The same for those whose stream missed something before it. */
export function withGap({ result }: Executed): Payload {
  return new Payload({ ...result, extensions: { ...result.extensions, gap: true } })
}

/** In-process events are compared as they would be over a wire; those with errors are not compared: errors are objects. */
function textOf(event: SubgraphEvent): string | null {
  if (typeof event === 'string') return event
  if (event.errors) return null
  try {
    return JSON.stringify(event)
  } catch {
    // A custom scalar that no JSON has: it fails, or does not, where the response is written.
    return null
  }
}

function parseEvent(text: string): ExecutionResult {
  try {
    return JSON.parse(text) as ExecutionResult
  } catch (cause) {
    return (
      behindOthers(text) ?? {
        errors: [codedError('DOWNSTREAM_SERVICE_ERROR', 'The subgraph sent an event that is not JSON.', { cause })],
      }
    )
  }
}

/** A message may have more after its payload, which was cut off with it. */
function behindOthers(text: string): ExecutionResult | null {
  try {
    return (JSON.parse(`{"payload":${text}}`) as { payload: ExecutionResult }).payload
  } catch {
    return null
  }
}
