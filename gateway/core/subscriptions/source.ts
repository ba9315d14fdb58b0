import type { ExecutionResult } from 'graphql'
import { codedError, refusalOf } from '../errors.ts'
import type { DataSources } from '../federation/data-sources.ts'
import type { Scope } from '../federation/scope.ts'
import type { Limits } from '../limits.ts'
import type { Log, Metrics } from '../types.ts'
import type { Attempt, Lost } from './attempt.ts'
import { primaryVariables, type SubscriptionPlan } from './plan.ts'

/** The first pause before subscribing again is up to this, and doubles; at most MAX_BACKOFF_MS. All of it is jitter. */
const FIRST_BACKOFF_MS = 100
const MAX_BACKOFF_MS = 5_000

const INTERNAL = 'INTERNAL_SERVER_ERROR'

export type SourceItem =
  | {
      readonly kind: 'event'
      readonly result: ExecutionResult
      /** The plan whose primary fetch it answers: another may be in force by the time it is executed. */
      readonly plan: SubscriptionPlan
      readonly cursor: string | null
      readonly gap: boolean
    }
  /** Over, for good: with errors, or because the subgraph has completed. */
  | { readonly kind: 'ended'; readonly errors: readonly unknown[] | null }

/** The events of one primary fetch, whatever becomes of the connection to the subgraph. */
export interface Source {
  /** One call at a time; never rejects. */
  next(): Promise<SourceItem>
  /** Somebody was surely reached up to this cursor. */
  reached(cursor: string): void
  /** Goes on under another plan; subscribes again where the primary fetch differs. */
  replan(plan: SubscriptionPlan, variables: Readonly<Record<string, unknown>>): void
  stop(): void
}

interface Dependencies {
  readonly sources: Pick<DataSources, 'get'>
  /** For whom it is asked at this moment: who shares a stream comes and goes. */
  readonly scope: () => Scope
  readonly limits: Limits
  readonly log: Log
  readonly metrics: Metrics
}

/**
 * Subscribes, and when the connection is lost subscribes again: a resumable field from the last cursor, so that nothing
 * is missed; any other with a gap, which the next event tells. A subgraph that could not be reached at all to begin
 * with, or stays away longer than `reconnectDeadlineMs`, is an error.
 */
export function openSource(
  first: SubscriptionPlan,
  firstVariables: Readonly<Record<string, unknown>>,
  { sources, scope, limits, log, metrics }: Dependencies,
): Source {
  let plan = first
  let variables = firstVariables
  let cursor: string | null = null
  let reached: string | null = null
  let gap = false
  let established = false
  /** Whether this attempt brought an event. */
  let delivered = false
  let failures = 0
  let lostSince: number | null = null
  let stopped = false
  let endPause: (() => void) | undefined
  let attempt = subscribe()

  function subscribe(): Attempt {
    const { serviceName, operation, operationName } = plan.primary
    const request = {
      query: operation,
      ...(operationName !== undefined && { operationName }),
      variables: primaryVariables(plan, variables, cursor),
    }
    const opened = sources.get(serviceName).subscribe(request, scope())
    delivered = false
    if (reached !== null) opened.progress(reached)
    return opened
  }

  /** Not before it is due, and never for longer than the deadline allows. False when it is too late. */
  async function pause(): Promise<boolean> {
    lostSince ??= Date.now()
    const left = limits.reconnectDeadlineMs - (Date.now() - lostSince)
    const ms = Math.min(left, Math.random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures))
    failures++
    if (ms <= 0) return false
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    endPause = undefined
    return true
  }

  const down = (cause: unknown): SourceItem => {
    const message = `The subgraph "${plan.primary.serviceName}" failed or did not answer.`
    return { kind: 'ended', errors: [codedError('DOWNSTREAM_SERVICE_ERROR', message, { cause })] }
  }

  async function again(cause: unknown): Promise<SourceItem | null> {
    const subgraph = plan.primary.serviceName
    const broken = attempt
    log.warn('A stream of a subgraph broke off; subscribing again.', { subgraph, failures, cause })
    metrics.count('gateway_resubscriptions_total', { subgraph })
    if (!(await pause())) return down(cause)
    if (stopped || attempt !== broken) return null
    try {
      attempt = subscribe()
    } catch (error) {
      return { kind: 'ended', errors: [error] }
    }
    gap ||= plan.resume === null
    return null
  }

  /** What broke inside a remote subgraph arrives as an error without a reason: in-process the same is a loss. */
  const broken = (errors: readonly unknown[]): Lost | null => {
    const unexplained = errors.every((error) => (refusalOf(error)?.code ?? INTERNAL) === INTERNAL)
    if (!plan.resume || !delivered || !unexplained) return null
    return { kind: 'lost', cause: errors[0], established: true, where: 'network' }
  }

  return {
    async next() {
      while (!stopped) {
        const asked = attempt
        const item = await asked.next()
        if (asked !== attempt) continue
        if (item.kind === 'event') {
          established = true
          delivered = true
          failures = 0
          lostSince = null
          cursor = plan.resume?.cursorOf(item.result) ?? cursor
          const event = { kind: 'event', result: item.result, plan, cursor: plan.resume && cursor, gap } as const
          gap = false
          return event
        }
        if (item.kind === 'ended') return { kind: 'ended', errors: null }
        const lost = item.kind === 'lost' ? item : broken(item.errors)
        if (!lost) return { kind: 'ended', errors: item.kind === 'refused' ? item.errors.map(downstream) : null }
        established ||= lost.established
        const worthwhile = established && (lost.where === 'network' || plan.resume !== null)
        if (!worthwhile) return down(lost.cause)
        const end = await again(lost.cause)
        if (end) return end
      }
      return { kind: 'ended', errors: null }
    },
    reached(upTo) {
      reached = upTo
      attempt.progress(upTo)
    },
    replan(next, nextVariables) {
      const before = plan.primary
      plan = next
      variables = nextVariables
      const same = before.serviceName === next.primary.serviceName && before.operation === next.primary.operation
      if (same || stopped) return
      const left = attempt
      attempt = subscribe()
      gap ||= next.resume === null
      left.stop()
    },
    stop() {
      if (stopped) return
      stopped = true
      endPause?.()
      attempt.stop()
    },
  }
}

/** What a subgraph said, with a code. */
function downstream(error: unknown): unknown {
  if (refusalOf(error)) return error
  const message = (error as { message?: unknown } | null)?.message
  return codedError('DOWNSTREAM_SERVICE_ERROR', typeof message === 'string' ? message : 'The subgraph refused.', {
    cause: error,
  })
}
