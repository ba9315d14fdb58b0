import { openMemoryBus } from '../../platform/bus/index.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { EventLog } from '../../platform/eventlog/eventlog.ts'
import { openEventLog } from '../../platform/eventlog/log.ts'
import { type Log, silentLog } from '../../platform/log/log.ts'
import { openMemoryPresence } from '../../platform/presence/memory.ts'
import type { Presence } from '../../platform/presence/presence.ts'
import { openMemoryRate } from '../../platform/rate/memory.ts'
import { openMemorySessions } from '../../platform/sessions/memory.ts'
import type { SessionKeys } from '../../platform/sessions/keys.ts'
import type { SessionCache } from '../../platform/sessions/sessions.ts'
import type { Identity } from '../../platform/signature/identity.ts'
import type { Database } from '../../platform/sql/sql.ts'
import { makeParkedEvents } from '../../delivery/index.ts'
import { kinds } from '../../roles/event-kinds.ts'
import type { UsersDeps } from '../../subgraphs/users/context.ts'
import { makeUsers, type Users, type UsersOptions } from '../../subgraphs/users/index.ts'
import { sessionKeys } from './session-keys.ts'
import { anonymous, askSubgraph, succeed, type Ask } from './subgraph.ts'

export type UserIdentity = Extract<Identity, { kind: 'user' }>

/** For a room whose test parks nothing. */
export const noParkedEvents: UsersDeps['parkedEvents'] = {
  find: async () => [],
  replay: async () => 'NOT_PARKED',
  drop: async () => 'NOT_PARKED',
}

export interface Device {
  readonly deviceId: string
  readonly deviceSecret: string
}

export interface People extends AsyncDisposable {
  readonly users: Users
  readonly ask: Ask
  /** A clock that stands still until it is moved. */
  readonly clock: { at: number; now(): number }
  /** The one-time passwords that were sent, by address, the last one last. */
  readonly sent: Map<string, string[]>
  readonly sessions: SessionCache
  readonly bus: Bus
  registerDevice(): Promise<Device>
  /** Asks for a code and gives it as its owner reads it. */
  code(device: Device, address: string): Promise<string>
  /** A new person, or a new session of a known one, by the public API. */
  signIn(address: string, displayName?: string): Promise<UserIdentity>
}

/** The users room on a real database, the other ports in memory. `wrap` puts something between the room and a port. */
export function openPeople(
  database: Database,
  wrap: Partial<{
    sessions(cache: SessionCache): SessionCache
    bus(bus: Bus): Bus
    otpRates: UsersOptions['otpRates']
    sessionKeys: SessionKeys
    sessionRules: UsersOptions['sessionRules']
    usernameChangeMs: number
    log: Log
    metrics: UsersDeps['metrics']
    adminSigner: UsersDeps['adminSigner']
    /** It is disposed of with the rest. */
    rate: UsersDeps['rate']
    /** Default: nobody is online. */
    presence: Presence
    watches: UsersOptions['watches']
  }> = {},
): People {
  // Near the present: the published views compare with PostgreSQL's own clock.
  const clock = { at: Date.now(), now: () => clock.at }
  const sent = new Map<string, string[]>()
  const sessions = openMemorySessions({ ttlSeconds: 3_600, clock })
  const bus = openMemoryBus()
  const rate = wrap.rate ?? openMemoryRate({ clock })
  const presence = wrap.presence ?? openMemoryPresence({ clock })
  const opened = openEventLog(database, kinds)
  opened.catch(() => {}) // who appends hears of it
  const eventLog: UsersDeps['eventLog'] & Pick<EventLog, 'appendCopy'> = {
    lock: async (sql, key) => (await opened).lock(sql, key),
    append: async (sql, event) => (await opened).append(sql, event),
    appendCopy: async (sql, of) => (await opened).appendCopy(sql, of),
    appendEach: async (sql, events) => (await opened).appendEach(sql, events),
  }
  const users = makeUsers(
    {
      database,
      eventLog,
      parkedEvents: makeParkedEvents({ database, eventLog, kinds }),
      sessionKeys: wrap.sessionKeys ?? sessionKeys,
      sessions: wrap.sessions?.(sessions) ?? sessions,
      bus: wrap.bus?.(bus) ?? bus,
      rate,
      presence,
      otp: { send: async ({ to, code }) => void sent.set(to, [...(sent.get(to) ?? []), code]) },
      clock,
      log: wrap.log ?? silentLog,
      ...(wrap.metrics && { metrics: wrap.metrics }),
      ...(wrap.adminSigner && { adminSigner: wrap.adminSigner }),
    },
    {
      announceRetryMs: 20,
      ...(wrap.otpRates && { otpRates: wrap.otpRates }),
      ...(wrap.watches && { watches: wrap.watches }),
      ...(wrap.sessionRules && { sessionRules: wrap.sessionRules }),
      ...(wrap.usernameChangeMs !== undefined && { usernameChangeMs: wrap.usernameChangeMs }),
    },
  )
  const ask = askSubgraph(users)

  const registerDevice = async (): Promise<Device> => {
    const { registerDevice: made } = await succeed(
      ask(
        anonymous,
        'mutation { registerDevice(input: { name: "Phone", platform: IOS }) { deviceSecret device { id } } }',
      ),
    )
    return { deviceId: made.device.id, deviceSecret: made.deviceSecret }
  }

  const code = async (device: Device, address: string) => {
    await succeed(
      ask(anonymous, 'mutation ($input: RequestOtpInput!) { requestOtp(input: $input) { expiresAt } }', {
        input: { ...device, address },
      }),
    )
    return sent.get(address.trim().toLowerCase())?.at(-1) ?? ''
  }

  return {
    users,
    ask,
    clock,
    sent,
    sessions,
    bus,
    registerDevice,
    code,
    async signIn(address, displayName = address) {
      const device = await registerDevice()
      const input = { ...device, address, code: await code(device, address), displayName }
      const { verifyOtp } = await succeed(
        ask(
          anonymous,
          'mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) { session { id user { id } } } }',
          {
            input,
          },
        ),
      )
      return {
        kind: 'user',
        userId: verifyOtp.session.user.id,
        deviceId: device.deviceId,
        sessionId: verifyOtp.session.id,
      }
    },
    async [Symbol.asyncDispose]() {
      await users[Symbol.asyncDispose]()
      await Promise.all([sessions, bus, rate].map((port) => port[Symbol.asyncDispose]()))
    },
  }
}
