import DataLoader from 'dataloader'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock/clock.ts'
import type { EventLog } from '../../platform/eventlog/eventlog.ts'
import type { Log } from '../../platform/log/log.ts'
import type { Identity } from '../../platform/signature/identity.ts'
import type { Database } from '../../platform/sql/sql.ts'
import { requireUser } from '../viewer.ts'
import type { ExportPorts } from './export/ports.ts'
import { makeExportSources } from './export/sources.ts'
import type { GroupsPorts } from './groups/ports.ts'
import { findGroupsOf } from './groups/store.ts'
import type { MembersPorts } from './members/ports.ts'

export interface GroupsDeps {
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append'>
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
}

/** The request's facts, as `subgraphs/serve.ts` passes them. */
export interface RequestFacts {
  readonly identity: Identity
  readonly requestId: string
}

/** The ports of all topics of this room. Each resolver only sees the ports of its own topic. */
export type Context = ExportPorts & GroupsPorts & MembersPorts

export function makeContext(deps: GroupsDeps, { identity, requestId }: RequestFacts): Context {
  const { database, eventLog, bus, clock, log } = deps
  return {
    identity,
    database,
    exportSources: makeExportSources(database),
    eventLog,
    bus,
    groups: new DataLoader(async (ids: readonly string[]) => findGroupsOf(database, requireUser(identity).userId, ids)),
    clock,
    log: log.with({ requestId }),
  }
}
