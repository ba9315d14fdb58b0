import type { Clock } from '../../../platform/clock/clock.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import type { PeopleLookup } from '../people/rules.ts'
import type { Announcer } from '../sessions/announce.ts'

/** What the resolvers of this topic get. */
export interface SuspensionPorts extends PeopleLookup {
  readonly database: Database
  /** The network of the client; null if the gateway does not know it. */
  readonly clientNetwork: string | null
  readonly announcer: Pick<Announcer, 'announce'>
  readonly clock: Clock
}
