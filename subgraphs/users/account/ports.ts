import type { Identity } from '../../../platform/signature/identity.ts'
import type { EventLog } from '../../../platform/eventlog/eventlog.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import type { Announcer } from '../sessions/announce.ts'

/** What the resolvers of this topic get. */
export interface AccountPorts {
  readonly identity: Identity
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append' | 'appendEach'>
  readonly announcer: Pick<Announcer, 'announce'>
  readonly clock: Clock
  /** The network of the client; null if the gateway does not know it. */
  readonly clientNetwork: string | null
  /** How long nobody else gets the username of a deleted account. */
  readonly usernameHoldMs: number
}
