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

/** The first pause before subscribing again is up to this, and doubles; at most MAX_BACKOFF_MS. All of it is jitter. */
const FIRST_BACKOFF_MS = 100
const MAX_BACKOFF_MS = 5_000
/** A subgraph that is back is met by all its streams; so long they spread. */
const SPREAD_MS = 500

/** Who hears of a source; its functions never throw. */
export interface SourceListener {
  /** For whom is asked at this moment: who shares a stream comes and goes. */
  scope(): Scope
  /** Calls `moved`, or `broken`, before it returns; what it returns resolves when it takes more. */
  event(event: SubgraphEvent, gap: boolean): Promise<void> | undefined
  /** Over, for good: with errors, or because the subgraph has completed. */
  ended(errors: readonly unknown[] | null, refused: boolean): void
}

interface Dependencies {
  readonly sources: Pick<DataSources, 'get'>
  readonly limits: Limits
  readonly log: Log
  readonly metrics: Metrics
}

/**
 * The events of one primary fetch, whatever becomes of the connection to the subgraph. It subscribes, and when the
 * connection is lost subscribes again: a resumable field from the last cursor, so that nothing is missed; any other with a
 * gap, which the next event tells. A subgraph that could not be reached at all to begin with, or stays away longer than
 * `reconnectDeadlineMs`, is an error.
 *
 * A class, since there are tens of thousands: methods of a prototype take no memory of each.
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
  /** While it is paused: gives up waiting for the subgraph to come back. */
  #forget: (() => void) | undefined

  /** Throws a coded error where a limit forbids it. `before`: the position of the stream that it replaces. It calls its listener in a later tick, never during construction. */
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
    // An attempt that was left may still be giving its last item.
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
   * What broke inside a remote subgraph arrives as an error that is no answer: in-process the same is a loss. A subgraph
   * whose store is away says so likewise when it is asked again.
   */
  #isBroken(errors: readonly unknown[]): boolean {
    const unexplained = errors.every((error) => !refusalOf(error) || isOutage(error))
    return this.#plan.resume !== null && this.#established && unexplained
  }

  /**
   * The event that is being given has no cursor, because of an outage: what comes after it would pass it. So it is asked
   * for again, from the last cursor.
   */
  broken(errors: readonly unknown[]): void {
    if (this.#over) return
    this.#attempt?.stop()
    this.#lost(brokenBy(errors))
  }

  /** What a subgraph said: never nothing, with a code, and in the client's names. */
  #told(errors: readonly unknown[]): unknown[] {
    const { primary, aliases } = this.#plan
    const said = errors.length > 0 ? errors : [{ message: `The subgraph "${primary.serviceName}" refused.` }]
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
    // The pause is for a subgraph that answers and breaks off. One that is away is waited for by trying, once for all.
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
      return undefined // it is not in the supergraph any more, which the next try says
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

  /** How far the event took it that is being given. */
  moved(cursor: string): void {
    this.#cursor = cursor
  }

  /** Somebody was surely reached up to this cursor. */
  reached(cursor: string): void {
    this.#reached = cursor
    this.#attempt?.progress(cursor)
  }

  /** Goes on under another plan; subscribes again where the primary fetch differs. */
  replan(next: SubscriptionPlan, variables: Readonly<Record<string, unknown>>): void {
    const before = this.#plan.primary
    this.#plan = next
    this.#variables = variables
    const same = before.serviceName === next.primary.serviceName && before.operation === next.primary.operation
    // While it is paused it subscribes under the new plan anyway.
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
