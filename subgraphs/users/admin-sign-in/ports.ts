import type { AdminSigner } from '../../../platform/admin-tokens/signer.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { RateLimiter } from '../../../platform/rate/rate.ts'
import type { SessionKeys } from '../../../platform/sessions/keys.ts'
import type { Database } from '../../../platform/sql/sql.ts'

/** What the resolvers of this topic get. */
export interface AdminSignInPorts {
  /** The network of the client; null if the gateway does not know it. */
  readonly clientNetwork: string | null
  readonly database: Database
  readonly rate: RateLimiter
  /** Tries from one network. */
  readonly adminSignInsPerHour: number
  readonly clock: Clock
  /** Encrypts the secrets of second factors at rest. */
  readonly sessionKeys: SessionKeys
  /** Null if this process cannot sign tokens that the gateway accepts. */
  readonly adminSigner: AdminSigner | null
}
