import type { IncomingMessage } from 'node:http'
import type { GraphQLError } from 'graphql'
import { codedError } from '../errors.ts'
import type { GatewayOptions, Log } from '../types.ts'

/**
 * Refusals logged per minute, so that a page, or a stranger who makes up an origin per request, cannot flood the log.
 */
const MAX_LOGGED_PER_MINUTE = 10
/**
 * Maximum characters of an origin in the log and in the answer; otherwise it could be as long as all headers may be.
 */
const MAX_ORIGIN_LENGTH = 200

export interface Origins {
  /**
   * The answer to a page whose origin is not allowed. The log names the origin, because a browser hides the answer
   * from the page.
   */
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
        log.warn(`Refused a page, because its origin is not allowed.${hint}`, { origin: shown, host })
      }
      return codedError('ORIGIN_NOT_ALLOWED', `Pages of ${shown} may not use this gateway.${hint}`, { status: 403 })
    },
  }
}
