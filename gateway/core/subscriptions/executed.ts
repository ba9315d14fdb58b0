import type { ExecutionResult, FormattedExecutionResult, GraphQLFormattedError } from 'graphql'
import { isGone } from '../execution/outages.ts'
import { Payload } from './frames.ts'

/** The result of one event. */
export interface Executed {
  /** An outage left nothing of the event until its retries ended: it must not count as delivered. */
  readonly lost: boolean
  readonly result: FormattedExecutionResult
  readonly payload: Payload
}

type Format = (error: unknown) => GraphQLFormattedError

export function asExecuted(result: ExecutionResult, lost: boolean, cursor: string | null, format: Format): Executed {
  // If nothing is left of an event, its subscriber still needs the cursor to resume after it.
  const past = cursor !== null && isGone(result) ? { ...result, extensions: { ...result.extensions, cursor } } : result
  try {
    return { lost, ...written(past, format) }
  } catch (error) {
    // A subgraph in this process may send a value that JSON cannot represent.
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

/** The same result for a stream that has missed events before it. */
export function withGap({ result }: Executed): Payload {
  return new Payload({ ...result, extensions: { ...result.extensions, gap: true } })
}
