import type { GraphQLError } from 'graphql'
import type { CheckOperation } from '../check-operation.ts'
import { codedError, type FormatError } from '../errors.ts'
import type { DataSources } from '../subgraphs/data-sources.ts'
import type { Documents, ReadRequest, Refused } from '../planning/documents.ts'
import type { PlanCache } from '../planning/plan-cache.ts'
import type { SharedFetches } from '../subgraphs/shared-fetches.ts'
import type { SupergraphInForce } from '../supergraph/supergraph.ts'
import type { Limits } from '../limits.ts'
import type { Log, Metrics } from '../types.ts'
import { refuseConditionalRoot } from '../planning/subscription-plan.ts'
import { makeExecutions } from './executions.ts'
import { streamKey, type Asked, type Reader, type Reading } from './reader.ts'
import { schemaReloadError, SharedStream } from './shared-stream.ts'

export interface Subscriptions {
  /** Rejects or starts the subscription. The subscriber gets nothing before `start` has resolved. */
  start(read: ReadRequest, reader: Reader): Promise<Reading | Refused>
  /** Moves running streams to the supergraph now in force. */
  reload(): Promise<void>
  endAll(): void
  stats(): { readers: number; streams: number }
}

interface Dependencies {
  readonly supergraph: () => SupergraphInForce
  readonly documents: Documents
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
  const executions = makeExecutions(deps)
  const ofStreams = { ...deps, executions }
  const streams = new Set<SharedStream>()
  /** The streams that can be joined, by stream key. */
  const shared = new Map<string, SharedStream>()

  const check = async ({ read, plan, supergraph }: Asked, { scope, transport }: Reader) =>
    checkOperation({
      document: plan.document,
      operation: plan.operation,
      variables: read.request.variables,
      schema: supergraph,
      scope,
      transport,
    })

  const prepare = (read: ReadRequest): Asked | Refused => {
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

  const open = (asked: Asked, key: string, reader: Reader): Reading => {
    if (streams.size >= limits.maxStreams) {
      throw codedError('TOO_MANY_STREAMS', 'The gateway has too many streams open: try again later.', { status: 503 })
    }
    const stream = new SharedStream(asked, key, reader, ofStreams, closed)
    streams.add(stream)
    shared.set(key, stream)
    return stream.join(reader)
  }

  const closed = (stream: SharedStream) => {
    streams.delete(stream)
    if (shared.get(stream.key) === stream) shared.delete(stream.key)
  }

  const replan = async (stream: SharedStream) => {
    const next = prepare(stream.asked.read)
    if ('errors' in next) return stream.end([schemaReloadError()])
    for (const reader of stream.readers()) {
      const errors = await check(next, reader)
      if (errors.length > 0) stream.endFor(reader, errors)
    }
    const [first, ...others] = stream.readers()
    if (!first) return
    const key = streamKey(next, first)
    // The subscription is no longer public, and its subscribers have different identities.
    for (const reader of others) if (streamKey(next, reader) !== key) stream.endFor(reader, [schemaReloadError()])
    if (shared.get(stream.key) === stream) shared.delete(stream.key)
    stream.replan(next, key)
    if (stream.joinable() && !shared.has(key)) shared.set(key, stream)
  }

  const start: Subscriptions['start'] = async (read, reader) => {
    const asked = prepare(read)
    if ('errors' in asked) return asked
    const errors = await check(asked, reader)
    if (errors.length > 0) return { errors }
    // During the policy check the client may have left, and the schema may have changed.
    if (reader.left) return { errors: [] }
    if (asked.supergraph !== deps.supergraph()) return start(read, reader)
    const key = streamKey(asked, reader)
    const running = shared.get(key)
    if (running?.joinable()) return running.join(reader)
    try {
      return open(asked, key, reader)
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
