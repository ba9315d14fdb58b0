import type { Clock } from '../../../platform/clock/clock.ts'
import type { Identity } from '../../../platform/signature/identity.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import type { Changes } from '../changes/ports.ts'
import type { History } from '../messages/history.ts'

/** What the resolvers of this topic get. */
export interface AdministrationPorts {
  readonly identity: Identity
  /** The network of the client; null if the gateway does not know it. */
  readonly clientNetwork: string | null
  readonly database: Database
  readonly clock: Clock
  readonly changes: Changes
  readonly history: History
}
