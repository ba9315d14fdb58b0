import { errorCodeDef } from '@apollo/federation-internals'
import { GraphQLError } from 'graphql'
import { codedError } from '../errors.ts'
import { kindOf } from '../values/kind-of.ts'
import type { Place } from '../values/paths.ts'

/** A GraphQLError from a local subgraph, or a plain object from JSON. */
export type SubgraphError = Pick<GraphQLError, 'message'> & Partial<Pick<GraphQLError, 'path' | 'extensions'>>

/** A subgraph's error as the client gets it, with its path in the client's response. A path to the root is left out. */
export function fromSubgraph(error: SubgraphError, subgraph: string, path: Place | undefined): GraphQLError {
  const message = error.message || `The subgraph "${subgraph}" failed.`
  const known = errorCodeDef(error as unknown as GraphQLError)
  const code = known?.code ?? error.extensions?.['code'] ?? 'DOWNSTREAM_SERVICE_ERROR'
  return new GraphQLError(message, {
    ...(path && path.length > 0 && { path }),
    originalError: error as unknown as Error,
    extensions: { ...error.extensions, serviceName: subgraph, code },
  })
}

/** The error of a fetch that failed as a whole. */
export function fromFetch(error: unknown, path: Place): unknown {
  if (!(error instanceof GraphQLError) || error.path || path.length === 0) return error
  return atPath(error, path)
}

/** The same error at another path. */
export function atPath(error: GraphQLError, path: Place): GraphQLError {
  const { message, extensions } = error
  return new GraphQLError(message, { path, extensions, originalError: error })
}

export function wrongEntities(subgraph: string, expected: number, sent: unknown): GraphQLError {
  const what = Array.isArray(sent) ? `a list of ${sent.length}` : kindOf(sent)
  return codedError(
    'DOWNSTREAM_SERVICE_ERROR',
    `The subgraph "${subgraph}" did not answer with a list of ${expected} entities: its _entities is ${what}.`,
  )
}

export function wrongEntity(subgraph: string, sent: unknown): GraphQLError {
  return codedError('DOWNSTREAM_SERVICE_ERROR', `The subgraph "${subgraph}" sent an entity that is ${kindOf(sent)}.`)
}

/** The same error, with the client's response names in its path instead of the plan's. */
export function underNames(error: unknown, names: ReadonlyMap<string, string>): unknown {
  if (!(error instanceof GraphQLError) || !error.path?.some((key) => names.has(String(key)))) return error
  const path = error.path.map((key) => (typeof key === 'string' ? (names.get(key) ?? key) : key))
  return atPath(error, path)
}
