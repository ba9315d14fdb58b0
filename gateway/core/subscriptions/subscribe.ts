import { getNamedType, getVariableValues, typeFromAST } from 'graphql'
import type { GraphQLError, GraphQLInputType, OperationDefinitionNode } from 'graphql'
import type { CheckOperation } from '../check-operation.ts'
import { codedError, type FormatError } from '../errors.ts'
import { takesCustomScalars } from '../values/custom-scalars.ts'
import { setOwn } from '../values/own.ts'
import type { Values } from '../values/values.ts'
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
  /** Everything that may refuse it comes before the reader hears of anything. */
  start(read: ReadRequest, reader: Reader): Promise<Reading | Refused>
  /** Brings running streams under the supergraph in force now. */
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
  /** Those that may be joined, under what two operations must have in common. */
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
    const { coerced, errors } = getVariableValues(
      supergraph.api,
      read.operation.variableDefinitions ?? [],
      read.request.variables ?? {},
      { maxErrors: 10 },
    )
    if (errors) return { errors: errors.map(badInput) }
    try {
      const variables = asGiven(supergraph, read.operation, read.request.variables ?? {}, coerced)
      const plan = plans.plan(supergraph, read.document, read.operation, variables)
      return { read, supergraph, plan, variables }
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
    // What was public is so no more: those whom it brought together are different people.
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
    // The client may have left, and the schema changed, while the policy was asked.
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
          log.error('A stream could not be brought under the new schema.', { error })
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

/**
 * In place of a coerced value the client's own, or none, where a custom scalar is in it: coercion rounds the numbers in its
 * defaults, which the subgraph knows as they are.
 */
function asGiven(
  { api }: SupergraphInForce,
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Values>,
  coerced: Readonly<Values>,
): Readonly<Values> {
  const variables = { ...coerced }
  for (const { variable, type } of variableDefinitions) {
    const name = variable.name.value
    const known = getNamedType(typeFromAST(api, type as never) as GraphQLInputType | undefined)
    if (!known || !takesCustomScalars(known)) continue
    if (Object.hasOwn(given, name)) setOwn(variables, name, given[name])
    else delete variables[name]
  }
  return variables
}

function badInput(error: GraphQLError): GraphQLError {
  return codedError('BAD_USER_INPUT', error.message, { nodes: error.nodes ?? null, status: 400 })
}
