import type { Clock } from '../../../platform/clock/clock.ts'
import type { Sql } from '../../../platform/sql/sql.ts'

/** What the resolvers of this topic get. */
export interface DevicesPorts {
  readonly database: Sql
  readonly clock: Clock
}
