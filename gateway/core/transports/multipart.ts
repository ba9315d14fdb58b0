import { writeJson } from '../json.ts'
import type { StreamFormat } from './streaming.ts'

/**
 * Apollo's subscriptions over multipart HTTP
 * (https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol). Each part ends with
 * the delimiter of the next one, since clients take a part for complete only then.
 */
export const multipart: StreamFormat = {
  transport: 'multipart',
  headers: {
    'content-type': 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  },
  start: '\r\n--graphql',
  heartbeat: part('{}'),
  next: (json) => part(`{"payload":${json}}`),
  failed: (errors) => part(writeJson({ payload: null, errors })),
  complete: '--\r\n',
  interrupted:
    part(
      JSON.stringify({
        payload: null,
        errors: [{ message: 'The gateway is restarting: connect again.', extensions: { code: 'SHUTTING_DOWN' } }],
      }),
    ) + '--\r\n',
}

function part(json: string): string {
  return `\r\ncontent-type: application/json\r\n\r\n${json}\r\n--graphql`
}
