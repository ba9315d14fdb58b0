import DataLoader from 'dataloader'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock/clock.ts'
import type { EventLog } from '../../platform/eventlog/eventlog.ts'
import type { Read } from '../../platform/gather.ts'
import type { Log } from '../../platform/log/log.ts'
import type { OtpSender } from '../../platform/otp/otp.ts'
import type { Presence } from '../../platform/presence/presence.ts'
import type { RateLimiter } from '../../platform/rate/rate.ts'
import type { SessionKeys } from '../../platform/sessions/keys.ts'
import type { SessionCache } from '../../platform/sessions/sessions.ts'
import type { Identity } from '../../platform/signature/identity.ts'
import type { Database } from '../../platform/sql/sql.ts'
import { inOrder } from '../in-order.ts'
import { parseId } from '../parse.ts'
import { requireUser } from '../viewer.ts'
import { findFriendStatuses } from './friends/store.ts'
import type { SessionRules } from './limits.ts'
import type { Announcer } from './sessions/announce.ts'
import type { OtpLimits, OtpMetrics } from './sign-in/otp-limits.ts'
import type { AdminSigner } from '../../platform/admin-tokens/signer.ts'
import type { AdminSignInPorts } from './admin-sign-in/ports.ts'
import type { AccountPorts } from './account/ports.ts'
import type { AdministrationPorts } from './administration/ports.ts'
import type { ExportPorts } from './export/ports.ts'
import type { DevicesPorts } from './devices/ports.ts'
import type { ParkedEvents, ParkedPorts } from './parked/ports.ts'
import type { PeoplePorts } from './people/ports.ts'
import type { PersonRow } from './people/store.ts'
import type { PresencePorts } from './presence/ports.ts'
import { hidden, MAX_USERS, readPresence } from './presence/presence.ts'
import type { Watches } from './presence/watches.ts'
import type { SecurityLogPorts } from './security-log/ports.ts'
import type { SessionsPorts } from './sessions/ports.ts'
import type { SignInPorts } from './sign-in/ports.ts'
import type { SuspensionPorts } from './suspension/ports.ts'

export interface UsersDeps {
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append' | 'appendEach'>
  readonly sessions: SessionCache
  readonly sessionKeys: SessionKeys
  readonly bus: Bus
  readonly rate: RateLimiter
  /** Who has a stream now. */
  readonly presence: Pick<Presence, 'find' | 'onReset'>
  readonly otp: OtpSender
  /** What could not be delivered. */
  readonly parkedEvents: ParkedEvents
  readonly clock: Clock
  readonly log: Log
  readonly metrics?: OtpMetrics
  /** Unset: admins cannot sign in with a password. */
  readonly adminSigner?: AdminSigner
}

/** The request's facts, as `subgraphs/serve.ts` passes them. */
export interface RequestFacts {
  readonly identity: Identity
  /** The client's network; null if the gateway does not know it. */
  readonly clientNetwork: string | null
  readonly requestId: string
  /** Fires when nobody waits any more. */
  readonly signal?: AbortSignal
}

/** The ports of all topics of this room. Each resolver only sees the ports of its own topic. */
export type Context = AccountPorts &
  AdministrationPorts &
  AdminSignInPorts &
  DevicesPorts &
  ExportPorts &
  ParkedPorts &
  PeoplePorts &
  PresencePorts &
  SecurityLogPorts &
  SessionsPorts &
  SignInPorts &
  SuspensionPorts

/** Parts that live as long as the room. */
export interface Parts {
  readonly adminSignInsPerHour: number
  readonly exportSources: ExportPorts['exportSources']
  readonly announcer: Announcer
  readonly otpLimits: OtpLimits
  readonly sessionRules: SessionRules
  /** `findPeople` for all requests: concurrent calls share one statement. */
  readonly findPeople: Read<string, PersonRow | null>
  readonly usernameChangeMs: number
  readonly usernameHoldMs: number
  readonly webPushKey: string | null
  readonly watches: Watches
}

export function makeContext(deps: UsersDeps, parts: Parts, request: RequestFacts): Context {
  const { database, eventLog, bus, otp, clock, log } = deps
  return {
    ...parts,
    identity: request.identity,
    clientNetwork: request.clientNetwork,
    signal: request.signal,
    database,
    eventLog,
    bus,
    people: new DataLoader((ids: readonly string[]) => parts.findPeople(ids)),
    friendStatuses: new DataLoader((ids: readonly string[]) =>
      findFriendStatuses(database, requireUser(request.identity).userId, ids),
    ),
    seen: new DataLoader(
      async (ids: readonly string[]) => {
        const viewerId = requireUser(request.identity).userId
        const userIds = ids.map(parseId)
        const pairs = userIds.filter((userId) => userId !== null).map((userId) => ({ viewerId, userId }))
        const rows = await readPresence(deps, pairs)
        return inOrder(
          userIds,
          rows.filter((row) => row !== null),
          (row): string | null => row.userId,
        ).map(
          (row, at) => row ?? hidden(ids[at]!), // one for each id
        )
      },
      { maxBatchSize: MAX_USERS },
    ),
    otp,
    parkedEvents: deps.parkedEvents,
    sessionKeys: deps.sessionKeys,
    rate: deps.rate,
    adminSigner: deps.adminSigner ?? null,
    clock,
    log: log.with({ requestId: request.requestId }),
  }
}
