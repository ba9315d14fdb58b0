import type { GraphQLError } from 'graphql'
import type { CheckOperation } from '../check-operation.ts'
import { codedError, type FormatError } from '../errors.ts'
import type { DataSources } from '../subgraphs/data-sources.ts'
import type { DocumentCache, ReadRequest, Refused } from '../planning/document-cache.ts'
import type { PlanCache } from '../planning/plan-cache.ts'
import type { SharedFetches } from '../subgraphs/shared-fetches.ts'
import type { SupergraphInForce } from '../supergraph/supergraph.ts'
import type { Limits } from '../limits.ts'
import type { Log, Metrics } from '../types.ts'
import { refuseConditionalRoot } from '../planning/subscription-plan.ts'
import { makeEventExecutors } from './event-executors.ts'
import { streamKey, type PlannedSubscription, type Subscriber, type Subscription } from './subscriber.ts'
import { schemaReloadError, SharedStream } from './shared-stream.ts'

export interface Subscriptions {
  /** Rejects or starts the subscription. The subscriber gets nothing before `start` has resolved. */
  start(read: ReadRequest, subscriber: Subscriber): Promise<Subscription | Refused>
  /** Moves running streams to the supergraph now in force. */
  reload(): Promise<void>
  endAll(): void
  stats(): { readers: number; streams: number }
}

interface Dependencies {
  readonly supergraph: () => SupergraphInForce
  readonly documents: DocumentCache
  readonly plans: PlanCache
  readonly sources: DataSources
  readonly fetches: SharedFetches
  readonly checkOperation: CheckOperation
  readonly limits: Limits
  readonly formatError: FormatError
  readonly log: Log
  readonly metrics: Metrics
}

export function makeSubscriptions(deps: Dependencies): Subscriptions {
  const { documents, plans, limits, checkOperation, log } = deps
  const executors = makeEventExecutors(deps)
  const ofStreams = { ...deps, executors }
  const streams = new Set<SharedStream>()
  /** The streams that can be joined, by stream key. */
  const shared = new Map<string, SharedStream>()

  const check = async ({ read, plan, supergraph }: PlannedSubscription, { scope, transport }: Subscriber) =>
    checkOperation({
      document: plan.document,
      operation: plan.operation,
      variables: read.request.variables,
      schema: supergraph,
      scope,
      transport,
    })

  const prepare = (read: ReadRequest): PlannedSubscription | Refused => {
    const supergraph = deps.supergraph()
    try {
      refuseConditionalRoot(read.document, read.operation)
    } catch (error) {
      return { errors: [error as GraphQLError] }
    }
    const invalid = documents.validate(supergraph, read.document)
    if (invalid.length > 0) return { errors: invalid }
    const given = read.request.variables ?? {}
    try {
      const known = plans.get(supergraph, read.document, read.operation)
      const unfit = known.variables.check(given)
      if (unfit.length > 0) return { errors: unfit }
      const variables = known.variables.coerce(given)
      return { read, supergraph, plan: known.plan(variables), variables }
    } catch (error) {
      return { errors: [error as GraphQLError] }
    }
  }

  const open = (planned: PlannedSubscription, key: string, subscriber: Subscriber): Subscription => {
    if (streams.size >= limits.maxStreams) {
      throw codedError('TOO_MANY_STREAMS', 'The gateway has too many streams open: try again later.', { status: 503 })
    }
    const stream = new SharedStream(planned, key, subscriber, ofStreams, closed)
    streams.add(stream)
    shared.set(key, stream)
    return stream.join(subscriber)
  }

  const closed = (stream: SharedStream) => {
    streams.delete(stream)
    if (shared.get(stream.key) === stream) shared.delete(stream.key)
  }

  const replan = async (stream: SharedStream) => {
    const next = prepare(stream.planned.read)
    if ('errors' in next) return stream.end([schemaReloadError()])
    for (const subscriber of stream.subscribers()) {
      const errors = await check(next, subscriber)
      if (errors.length > 0) stream.endFor(subscriber, errors)
    }
    const [first, ...others] = stream.subscribers()
    if (!first) return
    const key = streamKey(next, first)
    // The subscription is no longer public, and its subscribers have different identities.
    for (const subscriber of others)
      if (streamKey(next, subscriber) !== key) stream.endFor(subscriber, [schemaReloadError()])
    if (shared.get(stream.key) === stream) shared.delete(stream.key)
    stream.replan(next, key)
    if (stream.joinable() && !shared.has(key)) shared.set(key, stream)
  }

  const start: Subscriptions['start'] = async (read, subscriber) => {
    const planned = prepare(read)
    if ('errors' in planned) return planned
    const errors = await check(planned, subscriber)
    if (errors.length > 0) return { errors }
    // During the policy check the client may have left, and the schema may have changed.
    if (subscriber.left) return { errors: [] }
    if (planned.supergraph !== deps.supergraph()) return start(read, subscriber)
    const key = streamKey(planned, subscriber)
    const running = shared.get(key)
    if (running?.joinable()) return running.join(subscriber)
    try {
      return open(planned, key, subscriber)
    } catch (error) {
      return { errors: [error as GraphQLError] }
    }
  }

  return {
    start,
    async reload() {
      for (const stream of [...streams]) {
        try {
          await replan(stream)
        } catch (error) {
          log.error('A stream could not be moved to the new schema.', { error })
          stream.end([schemaReloadError()])
        }
      }
    },
    endAll() {
      for (const stream of [...streams])
        stream.end([codedError('SHUTTING_DOWN', 'The gateway is restarting: connect again.')])
    },
    stats: () => ({
      streams: streams.size,
      readers: [...streams].reduce((sum, stream) => sum + stream.size(), 0),
    }),
  }
}
