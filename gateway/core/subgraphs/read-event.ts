import type { ExecutionResult } from 'graphql'
import { codedError } from '../errors.ts'
import { readAnswer } from './answers.ts'
import type { ReadAnswer } from './exact-answers.ts'
import { parseExactly } from '../json.ts'
import type { SubgraphEvent } from './attempt.ts'

/** Reads whatever a subgraph sent as an event. An unreadable event becomes an answer with an error that says so. */
export function readEvent(event: SubgraphEvent, subgraph: string, read: ReadAnswer): ExecutionResult {
  return readAnswer(typeof event === 'string' ? parse(event, subgraph, read) : event, subgraph)
}

/**
 * Wraps an event that was parsed already. A string would be taken for JSON, so anything but an object is written as
 * JSON.
 */
export function asEvent(sent: unknown): SubgraphEvent {
  if (typeof sent === 'object' && sent !== null) return sent
  return JSON.stringify(typeof sent === 'bigint' ? Number(sent) : sent) ?? 'null'
}

function parse(text: string, subgraph: string, read: ReadAnswer): unknown {
  try {
    return read(text)
  } catch (cause) {
    const message = behindOthers(text)
    if (!message) return unreadable(subgraph, 'is not JSON', cause)
    return 'id' in message || 'type' in message ? unreadable(subgraph, 'has its id or type twice') : message['payload']
  }
}

/** Keys after the payload were cut out together with it: parses the payload with them. */
function behindOthers(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return parseExactly(`{"payload":${text}}`) as Record<string, unknown>
  } catch {
    return null
  }
}

function unreadable(subgraph: string, what: string, cause?: unknown): ExecutionResult {
  const message = `The subgraph "${subgraph}" sent an event that ${what}.`
  return { data: null, errors: [codedError('DOWNSTREAM_SERVICE_ERROR', message, { cause })] }
}
