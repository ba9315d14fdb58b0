/**
 * The users room: people, their devices, one-time passwords and sessions.
 *
 * - A code is good once, on the device that asked for it, for ten minutes and three tries; an account stands nine wrong
 *   tries in any 24 hours, of which strangers have six (limits.ts).
 * - A session is over when SQL says so. Cache and sockets are told afterwards, again and again until they were (announce.ts).
 * - Secrets leave once, in the answer that makes them. No error and no log line holds a code, a key or a device's secret.
 * - Of another person the display name is all that anybody sees.
 * - Others read the views `users.sessions`, `users.people` and `users.push_targets`; no other table or room is touched.
 *
 * May import: subgraphs/*.ts and the interfaces of platform/.
 */
import { readContract } from '../contract.ts'
import { gather } from '../../platform/gather.ts'
import { startAnnouncer } from './sessions/announce.ts'
import { makeContext, type Context, type RequestFacts, type UsersDeps } from './context.ts'
import type { Resolvers } from './generated/resolvers.ts'
import { DEFAULT_OTP_RATES, type OtpRates } from './limits.ts'
import { findPeople } from './people/store.ts'
import { makeOtpLimits } from './sign-in/otp-limits.ts'
import { resolvers } from './resolvers.ts'
import { startSweeper } from './sweep.ts'

export interface Users extends AsyncDisposable {
  readonly typeDefs: string
  readonly resolvers: Resolvers<Context>
  makeContext(request: RequestFacts): Context
}

export interface UsersOptions {
  /** For tests; a second where it is left out. */
  readonly announceRetryMs?: number
  readonly otpRates?: Partial<OtpRates>
}

/** Dispose it before its database, cache and bus: it tells them of revocations until then. */
export function makeUsers(deps: UsersDeps, options: UsersOptions = {}): Users {
  const announcer = startAnnouncer(deps, options.announceRetryMs)
  const sweeper = startSweeper(deps)
  const otpLimits = makeOtpLimits(deps, { ...DEFAULT_OTP_RATES, ...options.otpRates })
  const findTogether = gather((ids: readonly string[]) => findPeople(deps.database, ids))
  return {
    typeDefs: readContract('users'),
    resolvers,
    makeContext: (request) => makeContext(deps, { announcer, otpLimits, findPeople: findTogether }, request),
    async [Symbol.asyncDispose]() {
      await Promise.all([announcer[Symbol.asyncDispose](), sweeper[Symbol.asyncDispose]()])
    },
  }
}
