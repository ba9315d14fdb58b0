import { codedError, refusalOf } from '../errors.ts'
import { fromSubgraph, underNames, type SubgraphError } from '../subgraphs/subgraph-errors.ts'
import { isOutage } from '../execution/outages.ts'
import { clientNames } from '../planning/planned-document.ts'
import { safely } from '../safely.ts'
import type { DataSources } from '../subgraphs/data-sources.ts'
import type { Scope } from '../subgraphs/scope.ts'
import type { Limits } from '../limits.ts'
import type { Log, Metrics } from '../types.ts'
import type { Attempt, AttemptItem, Lost, SubgraphEvent } from '../subgraphs/attempt.ts'
import { primaryVariables, type SubscriptionPlan } from '../planning/subscription-plan.ts'

/** Maximum pause before the first resubscription. It doubles, up to MAX_BACKOFF_MS; the whole pause is jitter. */
const FIRST_BACKOFF_MS = 100
const MAX_BACKOFF_MS = 5_000
/** When a subgraph is back, its streams resubscribe within this time rather than all at once. */
const SPREAD_MS = 500

/** Receives the events of a source; its functions never throw. */
export interface SourceListener {
  /** The scope to subscribe with now: the subscribers of a shared stream come and go. */
  scope(): Scope
  /** Calls `moved` or `broken` before it returns. The promise resolves when it can take the next event. */
  event(event: SubgraphEvent, gap: boolean): Promise<void> | undefined
  /** The source has ended for good: with errors, or because the subgraph has completed. */
  ended(errors: readonly unknown[] | null, refused: boolean): void
}

interface Dependencies {
  readonly sources: Pick<DataSources, 'get'>
  readonly limits: Limits
  readonly log: Log
  readonly metrics: Metrics
}

/**
 * The events of one primary fetch, across lost connections to the subgraph. When the connection is lost, the source
 * subscribes again: a resumable field from the last cursor, so that nothing is missed; any other field with a gap,
 * which the next event reports. A subgraph that could not be reached at first, or is away longer than
 * `reconnectDeadlineMs`, is an error.
 *
 * A class, because there are tens of thousands of instances, and they share the methods of a prototype.
 */
export class Source {
  readonly #deps: Dependencies
  readonly #listener: SourceListener
  #plan: SubscriptionPlan
  #variables: Readonly<Record<string, unknown>>
  #attempt: Attempt | null = null
  #cursor: string | null = null
  #reached: string | null = null
  #gap = false
  #established = false
  #failures = 0
  #lostSince = 0
  #over = false
  #pause: NodeJS.Timeout | undefined
  /** During a pause: stops waiting for the subgraph to come back. */
  #forget: (() => void) | undefined

  /**
   * Throws a coded error if a limit forbids it. `before`: the position of the source that it replaces. The listener is
   * never called during construction.
   */
  constructor(
    plan: SubscriptionPlan,
    variables: Readonly<Record<string, unknown>>,
    listener: SourceListener,
    deps: Dependencies,
    before: { readonly cursor: string | null; readonly gap: boolean } = { cursor: null, gap: false },
  ) {
    this.#plan = plan
    this.#cursor = before.cursor
    this.#gap = before.gap
    this.#variables = variables
    this.#listener = listener
    this.#deps = deps
    this.#subscribe()
  }

  #subscribe(): void {
    const { serviceName, operation, operationName } = this.#plan.primary
    const request = {
      query: operation,
      ...(operationName !== undefined && { operationName }),
      variables: primaryVariables(this.#plan, this.#variables, this.#cursor),
    }
    // A stopped attempt may still deliver its last item.
    const opened: Attempt = this.#deps.sources
      .get(serviceName)
      .subscribe(request, this.#listener.scope(), (item) =>
        opened === this.#attempt && !this.#over ? this.#take(item) : undefined,
      )
    this.#attempt = opened
    if (this.#reached !== null) opened.progress(this.#reached)
  }

  #take(item: AttemptItem): Promise<void> | undefined {
    switch (item.kind) {
      case 'event': {
        this.#established = true
        const gap = this.#gap
        this.#gap = false
        const room = this.#listener.event(item.event, gap)
        if (this.#pause) return undefined
        this.#failures = 0
        this.#lostSince = 0
        return room
      }
      case 'ended':
        this.#end(null)
        return undefined
      case 'refused': {
        if (this.#isBroken(item.errors)) this.#lost(brokenBy(item.errors))
        else this.#end(this.#told(item.errors), true)
        return undefined
      }
      case 'lost':
        this.#lost(item)
        return undefined
    }
  }

  /**
   * A failure inside a remote subgraph arrives as an error without an answer; in-process it arrives as a loss. A
   * subgraph whose store is down also sends such an error to a new subscription.
   */
  #isBroken(errors: readonly unknown[]): boolean {
    const unexplained = errors.every((error) => !refusalOf(error) || isOutage(error))
    return this.#plan.resume !== null && this.#established && unexplained
  }

  /**
   * The current event has no cursor, because of an outage, and later events would pass it. So the source subscribes
   * again from the last cursor, which brings it again.
   */
  broken(errors: readonly unknown[]): void {
    if (this.#over) return
    this.#attempt?.stop()
    this.#lost(brokenBy(errors))
  }

  /** The subgraph's errors for clients: at least one, each with a code, and with the client's names in their paths. */
  #told(errors: readonly unknown[]): unknown[] {
    const { primary, aliases } = this.#plan
    const said =
      errors.length > 0
        ? errors
        : [{ message: `The subgraph "${primary.serviceName}" refused the subscription without an error.` }]
    const names = clientNames(aliases)
    return said.map((error) => {
      if (error instanceof Error && refusalOf(error)) return underNames(error, names)
      const { path } = error as SubgraphError
      return underNames(fromSubgraph(error as SubgraphError, primary.serviceName, path), names)
    })
  }

  #lost({ cause, established, where }: Lost): void {
    this.#established ||= established
    this.#attempt = null
    const worthwhile = this.#established && (where === 'network' || this.#plan.resume !== null)
    if (!worthwhile) return this.#down(cause)
    const { limits, log, metrics } = this.#deps
    const subgraph = this.#plan.primary.serviceName
    log.warn('A stream of a subgraph broke off; subscribing again.', { subgraph, failures: this.#failures, cause })
    metrics.count('gateway_resubscriptions_total', { subgraph })
    this.#lostSince ||= Date.now()
    const left = limits.reconnectDeadlineMs - (Date.now() - this.#lostSince)
    const ms = Math.min(left, Math.random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** this.#failures))
    this.#failures++
    if (ms <= 0) return this.#down(cause)
    this.#againIn(ms)
    // The pause limits a subgraph that answers and then breaks off. If a subgraph is down, one probe waits for all its
    // streams.
    if (where === 'network') this.#forget = this.#whenBack(() => this.#againIn(Math.min(ms, Math.random() * SPREAD_MS)))
  }

  #againIn(ms: number): void {
    clearTimeout(this.#pause)
    this.#pause = setTimeout(() => safely(this.#deps.log, 'a resubscription', () => this.#again()), ms)
  }

  #whenBack(listener: () => void): (() => void) | undefined {
    try {
      return this.#deps.sources.get(this.#plan.primary.serviceName).whenBack?.(this.#listener.scope(), listener)
    } catch {
      return undefined // it has left the supergraph: the next try reports that
    }
  }

  #again(): void {
    this.#pause = undefined
    this.#forget?.()
    this.#forget = undefined
    this.#gap ||= this.#plan.resume === null
    try {
      this.#subscribe()
    } catch (error) {
      this.#end([error])
    }
  }

  #down(cause: unknown): void {
    const message = `The subgraph "${this.#plan.primary.serviceName}" failed or did not answer.`
    this.#end([codedError('DOWNSTREAM_SERVICE_ERROR', message, { cause })])
  }

  #end(errors: readonly unknown[] | null, refused = false): void {
    this.stop()
    this.#listener.ended(errors, refused)
  }

  /** Records the position after the current event. */
  moved(cursor: string): void {
    this.#cursor = cursor
  }

  /** At least one subscriber certainly has everything up to this cursor. */
  reached(cursor: string): void {
    this.#reached = cursor
    this.#attempt?.progress(cursor)
  }

  /** Continues under another plan; subscribes again if the primary fetch differs. */
  replan(next: SubscriptionPlan, variables: Readonly<Record<string, unknown>>): void {
    const before = this.#plan.primary
    this.#plan = next
    this.#variables = variables
    const same = before.serviceName === next.primary.serviceName && before.operation === next.primary.operation
    // A paused source subscribes under the new plan anyway.
    if (same || this.#over || !this.#attempt) return
    const left = this.#attempt
    this.#gap ||= next.resume === null
    try {
      this.#subscribe()
    } finally {
      left.stop()
    }
  }

  stop(): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#pause)
    this.#forget?.()
    this.#attempt?.stop()
    this.#attempt = null
  }
}

const brokenBy = ([cause]: readonly unknown[]): Lost => ({
  kind: 'lost',
  cause,
  established: true,
  where: 'network',
})
