import type { FormattedExecutionResult } from 'graphql'

/** One event as JSON, made once for all who read it. */
export interface Payload {
  readonly json: Buffer
}

export function makePayload(result: FormattedExecutionResult): Payload {
  return { json: Buffer.from(JSON.stringify(result)) }
}

const END = Buffer.from('}')

/** What stands before the payload in each `next` message of one operation. */
export function frameHead(id: string): Buffer {
  return Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`)
}

/** A `next` message: the operation's own head before bytes that are the same for everybody. */
export function nextFrame(head: Buffer, { json }: Payload): Buffer {
  return Buffer.concat([head, json, END], head.length + json.length + END.length)
}
