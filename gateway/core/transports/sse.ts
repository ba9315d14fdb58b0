import { writeJson } from '../json.ts'
import type { StreamFormat } from './streaming.ts'

/** GraphQL over SSE, distinct connections mode (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md). */
export const sse: StreamFormat = {
  transport: 'sse',
  headers: {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    // Without it nginx buffers events.
    'x-accel-buffering': 'no',
  },
  start: ':\n\n',
  heartbeat: ':\n\n',
  next: (json) => `event: next\ndata: ${json}\n\n`,
  failed: (errors) => `event: next\ndata: ${writeJson({ errors })}\n\n`,
  // Browsers ignore an event without a data line.
  complete: 'event: complete\ndata: \n\n',
  interrupted: '',
}
