import type { Clock } from '../../../platform/clock/clock.ts'
import type { PeopleLookup } from '../people/rules.ts'
import type { Announcer } from '../sessions/announce.ts'
import type { TellPorts } from '../sessions/tell.ts'

/** What the resolvers of this topic get. */
export interface SuspensionPorts extends PeopleLookup, TellPorts {
  /** The network of the client; null if the gateway does not know it. */
  readonly clientNetwork: string | null
  readonly announcer: Pick<Announcer, 'announce'>
  readonly clock: Clock
}
