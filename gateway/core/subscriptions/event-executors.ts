import type { ExecutionResult } from 'graphql'
import type { FormatError } from '../errors.ts'
import { compileEvents, type CompiledEvents } from '../execution/events.ts'
import { compileReadAnswer, type ReadAnswer } from '../subgraphs/exact-answers.ts'
import type { DataSources } from '../subgraphs/data-sources.ts'
import { makeCancellation } from '../subgraphs/cancellation.ts'
import { withCancellation, type Scope } from '../subgraphs/scope.ts'
import type { SharedFetches } from '../subgraphs/shared-fetches.ts'
import type { SupergraphInForce } from '../supergraph/supergraph.ts'
import { LinkedList, type Linked } from '../values/linked-list.ts'
import { isGone, isOutage } from '../execution/outages.ts'
import { writeJson } from '../json.ts'
import type { Limits } from '../limits.ts'
import type { Log, Metrics } from '../types.ts'
import type { SubgraphEvent } from '../subgraphs/attempt.ts'
import { asExecuted, type Executed } from './executed.ts'
import type { SubscriptionPlan } from '../planning/subscription-plan.ts'
import { readEvent } from '../subgraphs/read-event.ts'
import { Retries } from './retries.ts'

/** How long the result of an event is kept for other streams that bring the same event later. */
const KEPT_MS = 1_000
/**
 * Results that one executor keeps. The oldest is dropped first; if its event comes again, the event is executed
 * again.
 */
const MAX_KEPT = 64

/** The execution, running or done, of an event for one class of viewers. */
export interface EventExecution {
  /** The position of a resumable stream after this event. */
  readonly cursor: string | null
  /** Set if these errors left the event without a cursor: the subgraph that sent it could not read its entity. */
  readonly broken: readonly unknown[] | null
  /** Null until it is done. */
  done: Executed | null
  /** Notified once it is done. */
  readonly waiting: Waiter[]
}

interface ActiveExecution extends EventExecution, Linked<ActiveExecution> {
  /** Cancels the fetches for this event. */
  readonly cancellation: ReturnType<typeof makeCancellation>
}

export interface Waiter {
  flush(): void
}

/** One operation, for viewers who get the same response to an event, on any number of streams. */
export interface EventExecutor {
  /** Never throws. `scope` may be that of any viewer in the class. */
  execute(event: SubgraphEvent, scope: Scope): EventExecution
  /** Must be called once per `open`. `waits`: the caller still wants the events that it has passed to `execute`. */
  close(waits: boolean): void
}

export interface EventExecutors {
  open(asked: EventPlan, viewers: string): EventExecutor
  readonly size: () => number
}

interface EventPlan {
  readonly plan: SubscriptionPlan
  readonly supergraph: SupergraphInForce
  readonly variables: Readonly<Record<string, unknown>>
}

interface Dependencies {
  readonly sources: Pick<DataSources, 'get'>
  readonly fetches: SharedFetches
  readonly limits: Pick<Limits, 'eventRetryMs'>
  readonly formatError: FormatError
  readonly log: Log
  readonly metrics: Metrics
}

interface Compiled {
  readonly events: CompiledEvents
  /** Reads the JSON of an event. */
  readonly read: ReadAnswer
}

interface OpenExecutor extends EventExecutor {
  users: number
}

/**
 * An event becomes a response, and JSON, once for each document, class of viewers and set of values of the variables
 * that matter (the root field's arguments choose events and do not change them), on any number of streams. Events of
 * two streams are the same if their texts are equal. An event of a resumable stream has a cursor in its text, and an
 * event without further fetches contains everything: the results of both are kept for a second. Any other text may
 * repeat after its data has changed: then only events of the same turn of the event loop, before any fetch for them,
 * are the same.
 *
 * If an outage leaves nothing of an event of a resumable stream, the event is retried: delivered as null it would
 * count as reached, and the next cursor would pass it. Later events wait, because audiences deliver in order.
 */
export function makeEventExecutors(deps: Dependencies): EventExecutors {
  const { sources, fetches, limits, formatError, log, metrics } = deps
  const opened = new Map<string, OpenExecutor>()
  const compiled = new WeakMap<SubscriptionPlan, Compiled>()

  const compile = ({ plan, supergraph: { api, supergraph: schema } }: EventPlan): Compiled => {
    let known = compiled.get(plan)
    if (!known) {
      known = {
        events: compileEvents({ ...plan, api }, { schema, sources, sender: fetches(plan.sharing.fetches) }),
        read: compileReadAnswer(schema, plan.primary.operation),
      }
      compiled.set(plan, known)
    }
    return known
  }

  const open = (asked: EventPlan, key: string): OpenExecutor => {
    const { plan, variables } = asked
    const { events, read } = compile(asked)
    const executeEvent = events(variables)
    /**
     * Parses text again for each try, which changes the result. An object belongs to the subgraph and is never
     * changed.
     */
    const parsed = (event: SubgraphEvent) => readEvent(event, plan.primary.serviceName, read)
    const lasting = plan.resume !== null || plan.rest.length === 0
    const active = new LinkedList<ActiveExecution>()
    let awaited = false
    let kept: Map<string, EventExecution> | null = null
    let timer: NodeJS.Timeout | undefined
    /** Created when an event fails: most executions never need it. */
    let retries: Retries | null = null

    const forget = () => {
      kept = null
      timer = undefined
    }

    const keep = (text: string, running: EventExecution) => {
      if (!kept) {
        kept = new Map()
        if (lasting) timer = setTimeout(forget, KEPT_MS).unref()
        else setImmediate(forget)
      }
      const [oldest] = lasting && kept.size >= MAX_KEPT ? kept.keys() : []
      if (oldest !== undefined) kept.delete(oldest)
      kept.set(text, running)
    }

    const begin = (cursor: string | null): ActiveExecution => {
      const cancellation = makeCancellation()
      const running = { cursor, broken: null, done: null, waiting: [], cancellation, earlier: null, later: null }
      active.add(running)
      return running
    }

    const finish = (running: ActiveExecution, result: ExecutionResult, lost: boolean, requestId: string) => {
      active.remove(running)
      metrics.count('gateway_executions_total')
      if (lost) {
        metrics.count('gateway_lost_events_total')
        log.warn('An event could not be completed in time: its subscribers are told to resume.', { requestId })
      }
      running.done = asExecuted(result, lost, running.cursor, (error) => formatError(error, requestId))
      for (const one of running.waiting) one.flush()
      running.waiting.length = 0
      if (!lost) retries?.succeeded()
    }

    /** `raw` is the event to retry with; `since` is the time of its first failure. */
    const attempt = (
      running: ActiveExecution,
      raw: SubgraphEvent,
      event: ExecutionResult,
      scope: Scope,
      failures: number,
      since: number | null,
    ) => {
      const began = performance.now()
      // Other viewers may wait for it too, and the one whose scope it is may leave.
      executeEvent(event, typeof raw === 'string', withCancellation(scope, running.cancellation), (result, lost) => {
        metrics.observe('gateway_event_seconds', (performance.now() - began) / 1000)
        const stalled = running.cursor !== null && lost
        if (stalled) {
          retries ??= new Retries(limits.eventRetryMs)
          const failedFirst = since ?? performance.now()
          const again = (times: number) => {
            metrics.count('gateway_event_retries_total')
            attempt(running, raw, parsed(raw), scope, times, failedFirst)
          }
          if (retries.take({ since: failedFirst, failures, again })) return
        }
        finish(running, result, stalled, scope.requestId)
      })
    }

    const execute = (raw: SubgraphEvent, scope: Scope): EventExecution => {
      const event = parsed(raw)
      const cursor = plan.resume?.cursorOf(event) ?? null
      const broken = plan.resume && cursor === null && isGone(event) && event.errors?.some(isOutage)
      if (broken) return { cursor, broken: event.errors ?? [], done: null, waiting: [] }
      const running = begin(cursor)
      attempt(running, raw, event, scope, 0, null)
      return running
    }

    return {
      users: 0,
      execute(event, scope) {
        const text = this.users > 1 ? textOf(event) : null
        const known = text === null ? undefined : kept?.get(text)
        if (known) return known
        const running = execute(event, scope)
        if (text !== null) keep(text, running)
        return running
      },
      close(waits) {
        awaited ||= waits
        if (--this.users > 0) return
        if (!awaited) {
          retries?.close()
          active.forEach(({ cancellation }) => cancellation.cancel())
        }
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
      const key = writeJson([plan.id, given, viewers])
      let executor = opened.get(key)
      if (!executor) {
        executor = open(asked, key)
        opened.set(key, executor)
      }
      executor.users++
      return executor
    },
    size: () => opened.size,
  }
}

/** In-process events are compared by their JSON. Events with errors are not compared, because errors are objects. */
function textOf(event: SubgraphEvent): string | null {
  if (typeof event === 'string') return event
  if (event.errors) return null
  let text = texts.get(event)
  if (text === undefined) {
    text = jsonOf(event)
    texts.set(event, text)
  }
  return text
}

/** A subgraph in this process may give one object to many streams. */
const texts = new WeakMap<object, string | null>()

function jsonOf(event: object): string | null {
  try {
    return writeJson(event)
  } catch {
    // A custom scalar that JSON cannot represent: writing the response will report it.
    return null
  }
}
