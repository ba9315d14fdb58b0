import type { ExecutionResult, FormattedExecutionResult, GraphQLFormattedError } from 'graphql'
import { isGone } from '../execution/outages.ts'
import { Payload } from './frames.ts'

/** What became of an event. */
export interface Executed {
  /** An outage left nothing of the event, for as long as it was tried: it must not be taken for delivered. */
  readonly lost: boolean
  readonly result: FormattedExecutionResult
  readonly payload: Payload
}

type Format = (error: unknown) => GraphQLFormattedError

export function asExecuted(result: ExecutionResult, lost: boolean, cursor: string | null, format: Format): Executed {
  // Where nothing is left of an event, its reader still has to know how to get past it.
  const past = cursor !== null && isGone(result) ? { ...result, extensions: { ...result.extensions, cursor } } : result
  try {
    return { lost, ...written(past, format) }
  } catch (error) {
    // A value that no JSON has: a subgraph in this process may send any.
    return { lost, ...written({ data: null, errors: [error as never] }, format) }
  }
}

function written({ data, errors, extensions }: ExecutionResult, format: Format) {
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
