import type { ExecutionResult } from 'graphql'
import { refusalOf } from '../errors.ts'

/**
 * Codes of errors that pass when a subgraph, or a store behind it, is back. Every other code is an answer: a retry
 * would get the same.
 */
const OUTAGES: ReadonlySet<string> = new Set([
  'DOWNSTREAM_SERVICE_ERROR',
  'INTERNAL_SERVER_ERROR',
  'RATE_LIMITED',
  'SERVICE_UNAVAILABLE',
  'SHUTTING_DOWN',
  'TIMEOUT',
  'UNAVAILABLE',
])

/** An error without a code comes from this process's own code, and is no outage. */
export function isOutage(error: unknown): boolean {
  return OUTAGES.has(refusalOf(error)?.code ?? '')
}

/** Whether nothing of an event is left: its data is null, or each of its root fields is. */
export function isGone({ data }: ExecutionResult): boolean {
  return !data || Object.values(data).every((value) => value === null)
}
