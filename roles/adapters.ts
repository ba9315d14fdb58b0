import { randomBytes } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Bus, openMemoryBus, openRedisBus } from '../platform/bus/index.ts'
import { type Clock, systemClock } from '../platform/clock/clock.ts'
import { type Config, roleNames } from '../platform/config/config.ts'
import type { EventLog } from '../platform/eventlog/eventlog.ts'
import { openEventLog } from '../platform/eventlog/log.ts'
import type { Log } from '../platform/log/log.ts'
import { makePostgresNonces } from '../platform/nonces/postgres.ts'
import { type DurableNonceGuard, type NonceGuard, openMemoryNonces, openRedisNonces } from '../platform/nonces/index.ts'
import { firstOf, makeConsoleOtp, makeSmtpOtp, makeWebhookOtp, type OtpSender } from '../platform/otp/index.ts'
import { openMemoryPresence, openRedisPresence, type Presence } from '../platform/presence/index.ts'
import { makeMetrics, type Metrics } from '../platform/metrics/index.ts'
import { makeLogPush, type PushSender } from '../platform/push/index.ts'
import { openMemoryQueue, openRabbitQueue, type Queue } from '../platform/queue/index.ts'
import { openMemoryRate, openRedisRate, type RateLimiter } from '../platform/rate/index.ts'
import {
  makeSessionKeys,
  openMemorySessions,
  openRedisSessions,
  type SessionCache,
  type SessionKeys,
} from '../platform/sessions/index.ts'
import { PUSH_QUEUE } from '../delivery/index.ts'
import { AHEAD_MS } from '../gateway/identity/skew.ts'
import { startEmbeddedPostgres } from '../platform/embedded-postgres/index.ts'
import { migrate } from '../platform/sql/migrate.ts'
import { connect } from '../platform/sql/connection.ts'
import { openPool } from '../platform/sql/pool.ts'
import type { Database } from '../platform/sql/sql.ts'
import { makeFolder } from '../platform/make-folder.ts'
import { StartupError } from '../platform/startup-error.ts'
import { openRedis } from '../platform/redis/index.ts'
import {
  makePostgresMessages,
  type MessageStore,
  openMongoMessages,
  recordMessageStore,
} from '../subgraphs/chat/messages/store/index.ts'
import { claimDatabase, refuseOlderProcesses } from './claim.ts'
import { kinds } from './event-kinds.ts'
import type { Closers } from './closers.ts'
import { openPush } from './push-senders.ts'
import { descriptions } from './metric-descriptions.ts'
import { readOrMakeSecret } from './secret.ts'
import { makeWaiting, type Waiting } from './waiting.ts'
import { rooms } from './migrations.ts'

/**
 * Everything outside the process, each behind its port: the in-memory or embedded adapter, or the real service if its
 * URL is set.
 */
export interface Platform {
  readonly config: Config
  readonly log: Log
  readonly clock: Clock
  readonly database: Database
  readonly databaseUrl: string
  /** Whether this is the only process on the database. */
  readonly alone: boolean
  readonly eventLog: EventLog
  readonly messages: MessageStore
  readonly bus: Bus
  readonly queue: Queue
  readonly sessions: SessionCache
  /** Encrypts the keys of sessions at rest. */
  readonly sessionKeys: SessionKeys
  readonly nonces: NonceGuard
  readonly postgresNonces: DurableNonceGuard
  readonly presence: Presence
  readonly rate: RateLimiter
  readonly otp: OtpSender
  readonly push: PushSender
  /** Takes note of each push that was decided on. */
  readonly pushLog: PushSender
  readonly metrics: Metrics
  /** The secret with which the gateway signs its requests to subgraphs. */
  readonly gatewaySecret: string
  /** The HS256 secret of admin tokens. Undefined if there is none that gateway and users share. */
  readonly adminSecret: string | undefined
  /** The services behind the ports, for the banner; without URLs, which may contain passwords. */
  readonly services: Readonly<Record<'data' | 'messages' | 'bus' | 'queue', string>>
}

export type Service = 'messages' | 'queue' | 'bus' | 'sessions' | 'nonces' | 'presence' | 'rate'

/**
 * Stands for a port that no role of this process uses. If a role uses it all the same, the error says that its `needs`
 * are wrong.
 */
function unused<T extends object>(service: Service): T {
  return new Proxy({} as T, {
    get(_, property) {
      if (property === 'then') return undefined // `await` reads this property
      throw new Error(`The port ${service} was not opened: no role of this process names it in its needs.`)
    },
  })
}

/** How long one attempt to reach a service may take, before the log reports it and it is retried. */
const ATTEMPT_MS = 3_000

/** How long a session stays in the cache after its last use. PostgreSQL keeps it until it expires. */
const SESSION_CACHE_SECONDS = 60 * 60

/** A folder that only its owner can enter, or with 0o711 one that others can pass through but not list. */
function privateFolder(folder: string, mode = 0o700): string {
  try {
    makeFolder(folder, mode)
    chmodSync(folder, mode)
    return folder
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new StartupError(`The folder ${folder} cannot be written (${code}): set DATA_DIR to a writable one.`)
  }
}

/** The file in which a server in development mode keeps data for the demo and the explorer. */
export const developmentFile = ({ DATA_DIR }: Pick<Config, 'DATA_DIR'>, name: string): string =>
  join(resolve(DATA_DIR), 'development', name)

/** The configured ring, or one that is generated at the first start. */
export function sessionKeysOf({ SESSION_KEYS }: Config, folder: string): SessionKeys {
  const file = join(folder, 'session-keys')
  const text = SESSION_KEYS ?? readOrMakeSecret(file, () => `1:${randomBytes(32).toString('base64')}`)
  try {
    return makeSessionKeys(text)
  } catch (error) {
    throw new StartupError(`${SESSION_KEYS === undefined ? file : 'SESSION_KEYS'}: ${(error as Error).message}`)
  }
}

/** Generated only where no other process has to know it, and no other key signs. */
function ownAdminSecret({ ROLES, ADMIN_JWT_PRIVATE_KEY }: Config, alone: boolean, folder: string): string | undefined {
  const both = ROLES.includes('gateway') && ROLES.includes('users')
  if (!both || !alone || ADMIN_JWT_PRIVATE_KEY !== undefined) return undefined
  return readOrMakeSecret(join(folder, 'admin-jwt-secret'))
}

interface OpenedDatabase {
  readonly database: Database
  readonly databaseUrl: string
  /** Whether this is the only process on the database. */
  readonly alone: boolean
  readonly data: string
}

async function openDatabase(config: Config, log: Log, closers: Closers, waiting: Waiting): Promise<OpenedDatabase> {
  let url = config.POSTGRES_URL
  let data = 'PostgreSQL at POSTGRES_URL'
  let alone = true
  if (url === undefined) {
    const embedded = closers.use(
      await startEmbeddedPostgres({ folder: join(resolve(config.DATA_DIR), 'postgres'), log }),
    )
    url = embedded.url
    data = `embedded PostgreSQL ${embedded.version} in ${embedded.dataDir}`
  } else {
    // A process with only some of the roles has the shared services: otherwise its configuration was refused.
    const whole = config.ROLES.length === roleNames.length
    alone = whole && (config.REDIS_URL === undefined || config.RABBITMQ_URL === undefined)
    const given = url
    await waiting.until('PostgreSQL', 'POSTGRES_URL', async () => (await connect(given, {}, 0)).end())
    closers.use(await claimDatabase(url, { alone }))
  }
  await migrate(url, rooms, log)
  const database = closers.use(
    await openPool(url, { max: config.POSTGRES_POOL, prepare: config.POSTGRES_PREPARED === 'on', log }),
  )
  return { database, databaseUrl: url, alone, data }
}

async function openMessages(
  { config, log, closers, waiting, signal }: Opening,
  database: Database,
): Promise<MessageStore> {
  const url = config.MONGODB_URL
  const beforeRewriting = async () => {
    await recordMessageStore(database, 'mongodb')
    await refuseOlderProcesses(database)
  }
  const store =
    url === undefined
      ? makePostgresMessages(database)
      : await waiting.until('MongoDB', 'MONGODB_URL', () => openMongoMessages({ url, log, signal, beforeRewriting }))
  closers.use(store)
  await recordMessageStore(database, store.kind)
  return store
}

/** What the functions that open the platform's parts need. */
interface Opening {
  readonly config: Config
  readonly log: Log
  readonly clock: Clock
  readonly closers: Closers
  readonly waiting: Waiting
  readonly used: ReadonlySet<Service>
  /** Fires when the program must stop. */
  readonly signal: AbortSignal
}

async function openRedisPorts({ config, log, clock, closers, waiting, used }: Opening, sessionKeys: SessionKeys) {
  const url = config.REDIS_URL
  if (url === undefined) {
    return {
      bus: closers.use(openMemoryBus(log)),
      sessions: closers.use(openMemorySessions({ ttlSeconds: SESSION_CACHE_SECONDS, clock })),
      nonces: closers.use(
        openMemoryNonces({ clock, bornMs: Math.max(clock.now(), performance.timeOrigin + AHEAD_MS) }),
      ),
      presence: closers.use(openMemoryPresence({ clock })),
      rate: closers.use(openMemoryRate({ clock })),
    }
  }
  const prefix = config.REDIS_PREFIX
  const ports = ['bus', 'sessions', 'nonces', 'presence', 'rate'] as const
  if (ports.some((port) => used.has(port))) {
    const connectOnce = async () => {
      await using _answers = await openRedis(url, log, { firstConnectMs: ATTEMPT_MS })
    }
    await waiting.until('Redis', 'REDIS_URL', connectOnce)
  }
  const open = async <T extends AsyncDisposable>(port: Service, make: () => Promise<T>): Promise<T> =>
    used.has(port) ? closers.use(await make()) : unused<T>(port)
  return {
    bus: await open('bus', () => openRedisBus({ url, prefix, log })),
    sessions: await open('sessions', () =>
      openRedisSessions({ url, prefix, log, ttlSeconds: SESSION_CACHE_SECONDS, clock, keys: sessionKeys }),
    ),
    nonces: await open('nonces', () => openRedisNonces({ url, prefix, log, clock })),
    presence: await open('presence', () => openRedisPresence({ url, prefix, log })),
    rate: await open('rate', () => openRedisRate({ url, prefix, log })),
  }
}

/** The configured carriers of one-time passwords, or the console. */
function openOtp(config: Config, clock: Clock, file: { readonly file?: string }): OtpSender & AsyncDisposable {
  const { OTP_SMTP_URL, OTP_SMTP_FROM, OTP_WEBHOOK_URL, OTP_WEBHOOK_SECRET } = config
  const mail = OTP_SMTP_URL !== undefined && OTP_SMTP_FROM !== undefined
  const smtp = mail ? makeSmtpOtp({ url: OTP_SMTP_URL, from: OTP_SMTP_FROM }) : undefined
  const senders: OtpSender[] = smtp ? [smtp] : []
  if (OTP_WEBHOOK_URL !== undefined && OTP_WEBHOOK_SECRET !== undefined)
    senders.push(makeWebhookOtp({ url: OTP_WEBHOOK_URL, secret: OTP_WEBHOOK_SECRET, clock }))
  if (senders.length === 0) senders.push(makeConsoleOtp(file))
  return { ...firstOf(senders), [Symbol.asyncDispose]: async () => smtp?.[Symbol.asyncDispose]() }
}

async function openQueue({ config, log, closers, waiting, used }: Opening): Promise<Queue> {
  const url = config.RABBITMQ_URL
  if (url === undefined) return closers.use(openMemoryQueue(log, { confirmOnAck: [PUSH_QUEUE] }))
  if (!used.has('queue')) return unused('queue')
  const options = { url, prefix: config.RABBITMQ_PREFIX, log, firstConnectMs: ATTEMPT_MS }
  return closers.use(await waiting.until('RabbitMQ', 'RABBITMQ_URL', () => openRabbitQueue(options)))
}

/**
 * Opens PostgreSQL and the used services, and waits for those that are down until the signal fires. After a failure
 * the caller's `closers` close everything that was opened.
 */
export async function openPlatform(
  config: Config,
  used: ReadonlySet<Service>,
  log: Log,
  closers: Closers,
  signal: AbortSignal,
): Promise<Platform> {
  const clock = systemClock
  // Disposed before the roles listen on the same ports.
  await using waiting = makeWaiting({ config, log, signal })
  const opening: Opening = { config, log, clock, closers, waiting, used, signal }
  // PostgreSQL cannot run as root. Under root its user must be able to enter, otherwise its data would be in another
  // place.
  const folder = privateFolder(resolve(config.DATA_DIR), process.getuid?.() === 0 ? 0o711 : 0o700)
  // Files for the demo. In production neither codes nor decisions are written to files.
  const forPrograms = (name: string) => {
    if (config.MODE !== 'development') return {}
    privateFolder(join(folder, 'development'))
    return { file: developmentFile(config, name) }
  }

  const { data, ...opened } = await openDatabase(config, log, closers, waiting)
  const { database } = opened
  // After a restore the log waits for open transactions.
  const eventLog = await waiting.until('PostgreSQL', 'POSTGRES_URL', () => openEventLog(database, kinds))
  const messages = used.has('messages') ? await openMessages(opening, database) : unused<MessageStore>('messages')
  const sessionKeys = sessionKeysOf(config, folder)
  const redisPorts = await openRedisPorts(opening, sessionKeys)
  const queue = await openQueue(opening)
  const otp = closers.use(openOtp(config, clock, forPrograms('otp.jsonl')))
  return {
    config,
    log,
    clock,
    ...opened,
    eventLog,
    messages,
    ...redisPorts,
    sessionKeys,
    postgresNonces: closers.use(makePostgresNonces(database)),
    queue,
    otp,
    push: closers.use(openPush(config, clock)),
    pushLog: makeLogPush({ log, ...forPrograms('push.jsonl') }),
    metrics: makeMetrics(descriptions),
    gatewaySecret: config.GATEWAY_SECRET ?? readOrMakeSecret(join(folder, 'gateway-secret')),
    adminSecret: config.ADMIN_JWT_SECRET ?? ownAdminSecret(config, opened.alone, folder),
    services: {
      data,
      messages: config.MONGODB_URL !== undefined ? 'MongoDB at MONGODB_URL' : 'in PostgreSQL',
      bus: config.REDIS_URL === undefined ? 'in memory' : 'Redis at REDIS_URL',
      queue: config.RABBITMQ_URL === undefined ? 'in memory' : 'RabbitMQ at RABBITMQ_URL',
    },
  }
}
