import type { Clock } from '../../../platform/clock/clock.ts'
import type { Identity } from '../../../platform/signature/identity.ts'
import type { Announcer } from '../sessions/announce.ts'
import type { TellPorts } from '../sessions/tell.ts'

/** What the resolvers of this topic get. */
export interface DevicesPorts extends TellPorts {
  readonly identity: Identity
  /** The network of the client; null if the gateway does not know it. */
  readonly clientNetwork: string | null
  readonly announcer: Pick<Announcer, 'announce'>
  readonly clock: Clock
  /** The key with which browsers subscribe to pushes; null if none are sent to them. */
  readonly webPushKey: string | null
}
