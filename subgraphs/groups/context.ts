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
import { findGroupsOf } from './groups/store.ts'
import { MAX_MEMBERS } from './limits.ts'
import type { ChangePorts, GroupPorts } from './ports.ts'
import { makeOneByOne } from './one-by-one.ts'

export interface GroupsDeps {
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append' | 'appendMany'>
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  /** Default: MAX_MEMBERS. */
  readonly maxMembers?: number
}

/** The request's facts, as `subgraphs/serve.ts` passes them. */
export interface RequestFacts {
  readonly identity: Identity
  /** The client's network; null if the gateway does not know it. */
  readonly clientNetwork: string | null
  readonly requestId: string
}

/** The ports of all topics of this room. Each resolver only sees the ports of its own topic. */
export type Context = GroupPorts & ExportPorts

/** The ports of the room, which all requests and the erasure share. */
export function makePorts(deps: GroupsDeps): ChangePorts {
  return { ...deps, maxMembers: deps.maxMembers ?? MAX_MEMBERS, oneByOne: makeOneByOne() }
}

export function makeContext(ports: ChangePorts, { identity, clientNetwork, requestId }: RequestFacts): Context {
  const { database } = ports
  return {
    ...ports,
    identity,
    clientNetwork,
    exportSources: makeExportSources(database),
    groups: new DataLoader(async (ids: readonly string[]) => findGroupsOf(database, requireUser(identity).userId, ids)),
    log: ports.log.with({ requestId }),
  }
}
