import type { Clock } from '../../../platform/clock/clock.ts'
import type { OtpSender } from '../../../platform/otp/otp.ts'
import type { SessionKeys } from '../../../platform/sessions/keys.ts'
import type { SessionRules } from '../limits.ts'
import type { Announcer } from '../sessions/announce.ts'
import type { TellPorts } from '../sessions/tell.ts'
import type { OtpLimits } from './otp-limits.ts'

/** What the resolvers of this topic get. */
export interface SignInPorts extends TellPorts {
  /** The network of the client; null if the gateway does not know it. */
  readonly clientNetwork: string | null
  readonly announcer: Pick<Announcer, 'announce'>
  readonly sessionKeys: SessionKeys
  readonly sessionRules: SessionRules
  readonly otpLimits: OtpLimits
  readonly otp: OtpSender
  readonly clock: Clock
}
