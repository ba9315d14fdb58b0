import type { IncomingMessage } from 'node:http'
import type { GraphQLError } from 'graphql'
import { codedError } from '../errors.ts'
import type { GatewayOptions, Log } from '../types.ts'

/** Refusals that are logged per minute. A page, or a stranger with as many made-up origins as requests, cannot flood the log. */
const MAX_LOGGED_PER_MINUTE = 10
/** Of an origin, in the log and in the answer; a header may be as long as all of them together. */
const MAX_ORIGIN_LENGTH = 200

export interface Origins {
  /** What is answered to a page whose origin may not call. The log names the origin: a browser shows no page the answer. */
  refusal(request: IncomingMessage): GraphQLError
}

export function makeOrigins(options: Pick<GatewayOptions<unknown>, 'originHint'>, log: Log): Origins {
  const logged = new Set<string>()
  let minute = 0
  return {
    refusal({ headers: { origin = '', host } }) {
      const shown = origin.slice(0, MAX_ORIGIN_LENGTH)
      const hint = options.originHint === undefined ? '' : ` ${options.originHint}`
      const now = Math.floor(performance.now() / 60_000)
      if (now !== minute) logged.clear()
      minute = now
      if (!logged.has(shown) && logged.size < MAX_LOGGED_PER_MINUTE) {
        logged.add(shown)
        log.warn(`A page was refused: its origin may not call.${hint}`, { origin: shown, host })
      }
      return codedError('ORIGIN_NOT_ALLOWED', `Pages of ${shown} may not use this gateway.${hint}`, { status: 403 })
    },
  }
}
