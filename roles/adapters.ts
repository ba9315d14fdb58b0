import { chmodSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Bus, openMemoryBus, openRedisBus } from '../platform/bus/index.ts'
import { type Clock, systemClock } from '../platform/clock/clock.ts'
import { type Config, roleNames } from '../platform/config/config.ts'
import type { EventLog } from '../platform/eventlog/eventlog.ts'
import { openEventLog } from '../platform/eventlog/log.ts'
import type { Log } from '../platform/log/log.ts'
import { makePostgresNonces } from '../platform/nonces/postgres.ts'
import { type DurableNonceGuard, type NonceGuard, openMemoryNonces, openRedisNonces } from '../platform/nonces/index.ts'
import { makeConsoleOtp, makeWebhookOtp, type OtpSender } from '../platform/otp/index.ts'
import { openMemoryPresence, openRedisPresence, type Presence } from '../platform/presence/index.ts'
import { makeMetrics, type Metrics } from '../platform/metrics/index.ts'
import { makeLogPush, type PushSender } from '../platform/push/index.ts'
import { openMemoryQueue, openRabbitQueue, type Queue } from '../platform/queue/index.ts'
import { openMemoryRate, openRedisRate, type RateLimiter } from '../platform/rate/index.ts'
import { openMemorySessions, openRedisSessions, type SessionCache } from '../platform/sessions/index.ts'
import { PUSH_QUEUE } from '../delivery/index.ts'
import { AHEAD_MS } from '../gateway/identity/skew.ts'
import { startEmbeddedPostgres } from '../platform/sql/embedded.ts'
import { migrate } from '../platform/sql/migrate.ts'
import { openPool } from '../platform/sql/pool.ts'
import type { Database } from '../platform/sql/sql.ts'
import { StartupError } from '../platform/startup-error.ts'
import { openMongoMessages } from '../subgraphs/chat/store/messages/mongo.ts'
import type { MessageStore } from '../subgraphs/chat/store/messages/messages.ts'
import { makePostgresMessages } from '../subgraphs/chat/store/messages/postgres.ts'
import { recordMessageStore } from '../subgraphs/chat/store/messages/recorded.ts'
import { claimDatabase } from './claim.ts'
import { kinds } from './kinds.ts'
import type { Closers } from './closers.ts'
import { descriptions } from './metrics.ts'
import { readOrMakeSecret } from './secret.ts'
import { rooms } from './migrations.ts'

/** Everything outside the process, behind its port: the embedded adapter, or the real one where a URL is set. */
export interface Platform {
  readonly config: Config
  readonly log: Log
  readonly clock: Clock
  readonly database: Database
  readonly databaseUrl: string
  /** Whether no other process can be on the database. */
  readonly alone: boolean
  readonly eventLog: EventLog
  readonly messages: MessageStore
  readonly bus: Bus
  readonly queue: Queue
  readonly sessions: SessionCache
  readonly nonces: NonceGuard
  readonly postgresNonces: DurableNonceGuard
  readonly presence: Presence
  readonly rate: RateLimiter
  readonly otp: OtpSender
  readonly push: PushSender
  readonly metrics: Metrics
  /** What the gateway signs with towards subgraphs. */
  readonly gatewaySecret: string
  /** What stands behind the ports, for the banner; no URLs, which may hold passwords. */
  readonly services: Readonly<Record<'data' | 'messages' | 'bus' | 'queue', string>>
}

/** How long a session stays in the cache after its last use; PostgreSQL has it for as long as it lives. */
const SESSION_CACHE_SECONDS = 60 * 60

/** A folder that only its owner can enter, or with 0o711 one that others can pass through, but not look into. */
function privateFolder(folder: string, mode = 0o700): string {
  try {
    mkdirSync(folder, { recursive: true, mode })
    chmodSync(folder, mode)
    return folder
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new StartupError(`The folder ${folder} cannot be written (${code}): set DATA_DIR to one that can.`)
  }
}

/** Where the server in development mode keeps what the demo and the explorer read. */
export const developmentFile = ({ DATA_DIR }: Pick<Config, 'DATA_DIR'>, name: string): string =>
  join(resolve(DATA_DIR), 'development', name)

interface OpenedDatabase {
  readonly database: Database
  readonly databaseUrl: string
  /** Whether no other process can be on it. */
  readonly alone: boolean
  readonly data: string
}

async function openDatabase(config: Config, log: Log, closers: Closers): Promise<OpenedDatabase> {
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
    // Roles apart from the others have what they share: the configuration was refused otherwise.
    const whole = config.ROLES.length === roleNames.length
    alone = whole && (config.REDIS_URL === undefined || config.RABBITMQ_URL === undefined)
    closers.use(await claimDatabase(url, { alone }))
  }
  await migrate(url, rooms, log)
  const database = closers.use(await openPool(url, { max: config.POSTGRES_POOL, log }))
  return { database, databaseUrl: url, alone, data }
}

async function openMessages(config: Config, database: Database, log: Log, closers: Closers): Promise<MessageStore> {
  const store =
    config.MONGODB_URL === undefined
      ? makePostgresMessages(database)
      : await openMongoMessages({ url: config.MONGODB_URL, log })
  closers.use(store)
  await recordMessageStore(database, store.kind)
  return store
}

async function openRedisPorts(config: Config, log: Log, clock: Clock, closers: Closers) {
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
  return {
    bus: closers.use(await openRedisBus({ url, prefix, log })),
    sessions: closers.use(await openRedisSessions({ url, prefix, log, ttlSeconds: SESSION_CACHE_SECONDS, clock })),
    nonces: closers.use(await openRedisNonces({ url, prefix, log, clock })),
    presence: closers.use(await openRedisPresence({ url, prefix, log })),
    rate: closers.use(await openRedisRate({ url, prefix, log })),
  }
}

/** Opens what the configuration names; on a failure everything that was opened is the caller's `closers` to close. */
export async function openPlatform(config: Config, log: Log, closers: Closers): Promise<Platform> {
  const clock = systemClock
  // PostgreSQL does not run as root: as root its user must get through, or its data would lie in another place.
  const folder = privateFolder(resolve(config.DATA_DIR), process.getuid?.() === 0 ? 0o711 : 0o700)
  // Files that the demo reads; in production neither codes nor decisions are written anywhere.
  const forPrograms = (name: string) => {
    if (config.MODE !== 'development') return {}
    privateFolder(join(folder, 'development'))
    return { file: developmentFile(config, name) }
  }

  const { data, ...opened } = await openDatabase(config, log, closers)
  const { database } = opened
  const eventLog = await openEventLog(database, kinds)
  const messages = await openMessages(config, database, log, closers)
  const redisPorts = await openRedisPorts(config, log, clock, closers)
  const queue = closers.use(
    config.RABBITMQ_URL === undefined
      ? openMemoryQueue(log, { confirmOnAck: [PUSH_QUEUE] })
      : await openRabbitQueue({ url: config.RABBITMQ_URL, prefix: config.RABBITMQ_PREFIX, log }),
  )
  const otp =
    config.OTP_WEBHOOK_URL !== undefined && config.OTP_WEBHOOK_SECRET !== undefined
      ? makeWebhookOtp({ url: config.OTP_WEBHOOK_URL, secret: config.OTP_WEBHOOK_SECRET, clock })
      : makeConsoleOtp(forPrograms('otp.jsonl'))
  return {
    config,
    log,
    clock,
    ...opened,
    eventLog,
    messages,
    ...redisPorts,
    postgresNonces: closers.use(makePostgresNonces(database)),
    queue,
    otp,
    push: makeLogPush({ log, ...forPrograms('push.jsonl') }),
    metrics: makeMetrics(descriptions),
    gatewaySecret: config.GATEWAY_SECRET ?? readOrMakeSecret(join(folder, 'gateway-secret')),
    services: {
      data,
      messages: messages.kind === 'mongodb' ? 'MongoDB at MONGODB_URL' : 'in PostgreSQL',
      bus: config.REDIS_URL === undefined ? 'in memory' : 'Redis at REDIS_URL',
      queue: config.RABBITMQ_URL === undefined ? 'in memory' : 'RabbitMQ at RABBITMQ_URL',
    },
  }
}
