import type DataLoader from 'dataloader'
import type { Bus } from '../../../platform/bus/bus.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { EventLog } from '../../../platform/eventlog/eventlog.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { RateLimiter } from '../../../platform/rate/rate.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import type { PeopleLookup } from '../people/rules.ts'
import type { FriendStatus } from '../generated/resolvers.ts'

/** What the resolvers of friends and blocks get. */
export interface FriendsPorts extends PeopleLookup {
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append'>
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly rate: RateLimiter
  /** What the viewer and other users are to each other, with one query for all that an answer needs. */
  readonly friendStatuses: DataLoader<string, FriendStatus>
}
