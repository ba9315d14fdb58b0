import DataLoader from 'dataloader'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock/clock.ts'
import type { EventLog } from '../../platform/eventlog/eventlog.ts'
import type { Log } from '../../platform/log/log.ts'
import type { Identity } from '../../platform/signature/identity.ts'
import type { Database } from '../../platform/sql/sql.ts'
import { requireUser } from '../viewer.ts'
import { findGroupsOf, type GroupRow } from './groups/store.ts'

export interface GroupsDeps {
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append'>
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
}

/** Who asks, as `subgraphs/serve.ts` hands it over. */
export interface RequestFacts {
  readonly identity: Identity
  readonly requestId: string
}

/** What a resolver of this room gets. */
export interface Context {
  readonly identity: Identity
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append'>
  readonly bus: Bus
  /** The viewer's groups by id: null for every other, whether it exists or not. */
  readonly groups: DataLoader<string, GroupRow | null>
  readonly clock: Clock
  readonly log: Log
}

export function makeContext(deps: GroupsDeps, { identity, requestId }: RequestFacts): Context {
  const { database, eventLog, bus, clock, log } = deps
  return {
    identity,
    database,
    eventLog,
    bus,
    groups: new DataLoader(async (ids: readonly string[]) => findGroupsOf(database, requireUser(identity).userId, ids)),
    clock,
    log: log.with({ requestId }),
  }
}
