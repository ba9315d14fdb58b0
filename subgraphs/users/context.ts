import DataLoader from 'dataloader'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock/clock.ts'
import type { EventLog } from '../../platform/eventlog/eventlog.ts'
import type { Log } from '../../platform/log/log.ts'
import type { OtpSender } from '../../platform/otp/otp.ts'
import type { RateLimiter } from '../../platform/rate/rate.ts'
import type { SessionCache } from '../../platform/sessions/sessions.ts'
import type { Identity } from '../../platform/signature/identity.ts'
import type { Database } from '../../platform/sql/sql.ts'
import type { Announcer } from './sessions/announce.ts'
import type { OtpLimits, OtpMetrics } from './sign-in/otp-limits.ts'
import { findPeople, type PersonRow } from './people/store.ts'

export interface UsersDeps {
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append'>
  readonly sessions: SessionCache
  readonly bus: Bus
  readonly rate: RateLimiter
  readonly otp: OtpSender
  readonly clock: Clock
  readonly log: Log
  readonly metrics?: OtpMetrics
}

/** Who asks, as `subgraphs/serve.ts` hands it over. */
export interface RequestFacts {
  readonly identity: Identity
  /** From where; null where the gateway does not know. */
  readonly clientNetwork: string | null
  readonly requestId: string
}

/** What a resolver of this room gets. */
export interface Context {
  readonly identity: Identity
  readonly clientNetwork: string | null
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append'>
  readonly bus: Bus
  readonly people: DataLoader<string, PersonRow | null>
  readonly announcer: Announcer
  readonly otpLimits: OtpLimits
  readonly otp: OtpSender
  readonly clock: Clock
  readonly log: Log
}

/** What lives as long as the room. */
export interface Parts {
  readonly announcer: Announcer
  readonly otpLimits: OtpLimits
}

export function makeContext(deps: UsersDeps, parts: Parts, request: RequestFacts): Context {
  const { database, eventLog, bus, otp, clock, log } = deps
  return {
    ...parts,
    identity: request.identity,
    clientNetwork: request.clientNetwork,
    database,
    eventLog,
    bus,
    people: new DataLoader((ids: readonly string[]) => findPeople(database, ids)),
    otp,
    clock,
    log: log.with({ requestId: request.requestId }),
  }
}
