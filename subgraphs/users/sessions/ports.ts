import type { Clock } from '../../../platform/clock/clock.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import type { PeopleLookup } from '../people/rules.ts'
import type { Announcer } from './announce.ts'

/** What the resolvers of this topic get. */
export interface SessionsPorts extends PeopleLookup {
  readonly database: Sql
  readonly announcer: Pick<Announcer, 'announce'>
  readonly clock: Clock
}
