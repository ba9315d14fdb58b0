import { makeUsers } from '../subgraphs/users/index.ts'
import type { Platform } from './adapters.ts'
import { makeClosers } from './closers.ts'
import { serveRoom, type ServeRoleOptions, type SubgraphRole } from './subgraph.ts'

/** The users subgraph. */
export async function startUsers(platform: Platform, options: ServeRoleOptions): Promise<SubgraphRole> {
  const { config, database, eventLog, sessions, bus, rate, otp, clock, metrics } = platform
  const closers = makeClosers()
  const log = platform.log.with({ role: 'users' })
  const otpRates = {
    clientPerHour: config.OTP_CLIENT_PER_HOUR,
    prefixPerHour: config.OTP_PREFIX_PER_HOUR,
    totalPerHour: config.OTP_TOTAL_PER_HOUR,
  }
  const room = closers.use(
    makeUsers({ database, eventLog, sessions, bus, rate, otp, clock, log, metrics }, { otpRates }),
  )
  const served = closers.use(await serveRoom(room, platform, options))
  return { ...served, [Symbol.asyncDispose]: () => closers[Symbol.asyncDispose]() }
}
