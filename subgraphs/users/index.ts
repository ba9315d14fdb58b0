/**
 * The users room: people, their devices, one-time passwords and sessions.
 *
 * - A code works once, on the device that requested it, for five minutes and five tries. An account allows a limited number of
 *   wrong tries in any 24 hours, and strangers cannot use up those of the owner's devices (limits.ts).
 * - A session has ended when SQL says so. The cache and the sockets are notified afterwards, with retries (announce.ts).
 * - Only an ACTIVE account signs in and has sessions. Sign-in, suspension and deletion lock the account, so that none of them
 *   passes another.
 * - Secrets are returned once, in the answer that creates them. No error and no log line contains a code, a key or a device's
 *   secret.
 * - The security log tells what happened to accounts (security-log/store.ts). An event is recorded in the transaction of what
 *   it tells, and strangers cannot fill the log.
 * - Other people see only a person's public profile: names, bio and picture.
 * - Nobody can tell from an answer that somebody blocked them.
 * - Other rooms read the views `users.sessions`, `users.people`, `users.push_targets`, `users.blocks`,
 *   `users.may_refuse`, `users.hides_receipts`, `users.invisible` and `users.notification_settings`, and call `users.may_message()`, `users.refuses_messages()`,
 *   `users.may_add_to_group()` and `users.push_target_changes()`. Gateways report the use of sessions with `users.see_sessions()` and
 *   `users.note_ended_session_used()`. Other rooms find deleted users in `users.erased`, erase what they keep about them, and
 *   publish the views `groups.erased`, `chat.erased` and `delivery.erased`, which this room reads. It reads no other room's
 *   tables. What became of pushes is in delivery's view `delivery.push_decisions`.
 *
 * May import: subgraphs/*.ts and the interfaces of platform/.
 */
import { readContract } from '../contract.ts'
import { gather } from '../../platform/gather.ts'
import { ADMIN_SIGN_INS_PER_HOUR } from './admin-sign-in/limits.ts'
import { startErasing } from './account/job.ts'
import { makeExportSources } from './export/sources.ts'
import { startResealing } from './sessions/reseal.ts'
import { startAnnouncer } from './sessions/announce.ts'
import { makeContext, type Context, type Parts, type RequestFacts, type UsersDeps } from './context.ts'
import type { Resolvers } from './generated/resolvers.ts'
import {
  DEFAULT_OTP_RATES,
  DEFAULT_SESSION_RULES,
  type OtpRates,
  type SessionRules,
  USERNAME_CHANGE_MS,
  USERNAME_HOLD_MS,
} from './limits.ts'
import { findPeople } from './people/store.ts'
import { makeOtpLimits } from './sign-in/otp-limits.ts'
import { resolvers } from './resolvers.ts'
import { startBurying } from './presence/attendance.ts'
import { startWatches, type Watches, type WatchesOptions } from './presence/watches.ts'
import { startSweeper } from './sweep.ts'

export { startAttendance } from './presence/attendance.ts'
export { ADMIN_TOKEN_MS } from './admin-sign-in/limits.ts'
export { dropDeadPushToken } from './devices/push-store.ts'

export interface Users extends AsyncDisposable {
  readonly typeDefs: string
  readonly resolvers: Resolvers<Context>
  readonly watches: Pick<Watches, 'size'>
  makeContext(request: RequestFacts): Context
}

export interface UsersOptions {
  /** Tries of admins' passwords from one network; the default is in admin-sign-in/limits.ts. */
  readonly adminSignInsPerHour?: number
  /** For tests; the default is a second. */
  readonly announceRetryMs?: number
  readonly otpRates?: Partial<OtpRates>
  readonly sessionRules?: Partial<SessionRules>
  /** How long the security log keeps an event; the default is in limits.ts. */
  readonly securityLogDays?: number
  readonly usernameChangeMs?: number
  readonly usernameHoldMs?: number
  /** The key with which browsers subscribe to pushes. Default: null, none. */
  readonly webPushKey?: string | null
  readonly watches?: WatchesOptions
}

/** Dispose of it before its database, cache and bus: until then it announces revocations to them. */
export function makeUsers(deps: UsersDeps, options: UsersOptions = {}): Users {
  const announcer = startAnnouncer(deps, options.announceRetryMs)
  const erasing = startErasing(deps)
  const resealing = startResealing(deps)
  const sweeper = startSweeper(deps, options.securityLogDays)
  const burying = startBurying(deps)
  const watches = startWatches(deps, options.watches)
  const otpLimits = makeOtpLimits(deps, { ...DEFAULT_OTP_RATES, ...options.otpRates })
  const sessionRules = { ...DEFAULT_SESSION_RULES, ...options.sessionRules }
  const findTogether = gather((ids: readonly string[]) => findPeople(deps.database, ids))
  const parts: Parts = {
    adminSignInsPerHour: options.adminSignInsPerHour ?? ADMIN_SIGN_INS_PER_HOUR,
    exportSources: makeExportSources(deps.database),
    announcer,
    otpLimits,
    sessionRules,
    findPeople: findTogether,
    usernameChangeMs: options.usernameChangeMs ?? USERNAME_CHANGE_MS,
    usernameHoldMs: options.usernameHoldMs ?? USERNAME_HOLD_MS,
    webPushKey: options.webPushKey ?? null,
    watches,
  }
  return {
    typeDefs: readContract('users'),
    resolvers,
    watches,
    makeContext: (request) => makeContext(deps, parts, request),
    async [Symbol.asyncDispose]() {
      await Promise.all([
        announcer[Symbol.asyncDispose](),
        resealing[Symbol.asyncDispose](),
        sweeper[Symbol.asyncDispose](),
        erasing[Symbol.asyncDispose](),
        burying[Symbol.asyncDispose](),
        watches[Symbol.asyncDispose](),
      ])
    },
  }
}
