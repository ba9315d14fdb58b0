import { makeParkedEvents } from '../delivery/index.ts'
import { makeUsers } from '../subgraphs/users/index.ts'
import { adminSignerOf, checkAdminKeys, withJwks } from './admin-keys.ts'
import { makeClosers } from './closers.ts'
import { kinds } from './event-kinds.ts'
import type { Role } from './role.ts'
import { serveRoom } from './subgraph.ts'

const DAY_MS = 24 * 3_600_000

/** The users subgraph. */
export const users: Role = {
  name: 'users',
  needs: ['bus', 'sessions', 'rate', 'presence'],
  checkConfig: checkAdminKeys,
  async start({ platform, health }) {
    const { config, database, eventLog, sessions, sessionKeys, bus, rate, presence, otp, clock, metrics } = platform
    const closers = makeClosers()
    const log = platform.log.with({ role: 'users' })
    const otpRates = {
      clientPerHour: config.OTP_CLIENT_PER_HOUR,
      prefixPerHour: config.OTP_PREFIX_PER_HOUR,
      totalPerHour: config.OTP_TOTAL_PER_HOUR,
    }
    const sessionRules = {
      idleMs: config.SESSION_IDLE_DAYS * DAY_MS,
      maxAgeMs: config.SESSION_MAX_DAYS * DAY_MS,
      policy: config.SESSION_POLICY,
    }
    const room = closers.use(
      makeUsers(
        {
          database,
          eventLog,
          sessions,
          sessionKeys,
          bus,
          rate,
          presence,
          otp,
          parkedEvents: makeParkedEvents({ database, eventLog, kinds }),
          clock,
          log,
          metrics,
          ...adminSignerOf(platform),
        },
        {
          otpRates,
          adminSignInsPerHour: config.ADMIN_SIGN_INS_PER_HOUR,
          sessionRules,
          securityLogDays: config.SECURITY_LOG_DAYS,
          usernameChangeMs: config.USERNAME_CHANGE_DAYS * DAY_MS,
          webPushKey: config.VAPID_PUBLIC_KEY?.replace('=', '') ?? null,
          usernameHoldMs: config.USERNAME_HOLD_DAYS * DAY_MS,
        },
      ),
    )
    const watches = metrics.gauge('users_presence_subscriptions', () => room.watches.size)
    closers.defer(() => watches[Symbol.dispose]())
    const subgraph = closers.use(await serveRoom(room, platform, 'users', withJwks(config, health)))
    return { subgraph, [Symbol.asyncDispose]: () => closers[Symbol.asyncDispose]() }
  },
}
