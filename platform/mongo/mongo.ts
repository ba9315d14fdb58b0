import { MongoClient, type Db, type MongoClientOptions } from 'mongodb'
import type { Log } from '../log/log.ts'
import { ServiceDownError, StartupError } from '../startup-error.ts'
import { isUnavailable } from '../unavailable.ts'

export interface MongoOptions {
  readonly log: Log
  /** The default is the database of the URL, otherwise `parley`. */
  readonly database?: string
  /** How long the server may be silent after a command; default 5 seconds. For work such as making an index it may be more. */
  readonly silenceMs?: number
}

/** A connection to one database of a MongoDB server or cluster. */
export interface Mongo extends AsyncDisposable {
  readonly db: Db
}

/** How long a call waits for an available server: the maximum delay during an outage. */
const SELECTION_TIMEOUT_MS = 2_000
/** How long a server may be silent after a command. Then its connection is closed, and the call rejects. */
const SILENCE_MS = 5_000
/** Maximum connections. Further calls wait for a free one, for at most `QUEUE_TIMEOUT_MS`. */
const MAX_CONNECTIONS = 20
/** Stops callers from piling up before a slow server. */
const QUEUE_TIMEOUT_MS = 2_000

/** Interval at which an idle connection checks the server: the log may lag behind by this. */
const HEARTBEAT_MS = 2_000

const settings: MongoClientOptions = {
  appName: 'parley',
  serverSelectionTimeoutMS: SELECTION_TIMEOUT_MS,
  connectTimeoutMS: SELECTION_TIMEOUT_MS,
  heartbeatFrequencyMS: HEARTBEAT_MS,
  waitQueueTimeoutMS: QUEUE_TIMEOUT_MS,
  maxPoolSize: MAX_CONNECTIONS,
  // Always reads from the primary, whatever the URL says: a reader must see every acknowledged write.
  readPreference: 'primary',
  // A resolved write is durable. The timeout is below SILENCE_MS, so that a slow majority is reported as such.
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: 4_000 },
}

/**
 * Connects, and checks that the server can be used. Otherwise rejects with one line, without the password (within
 * about two seconds if the server is unreachable). Later, every call on `db` rejects within seconds during an outage,
 * and works again after it. Disposing ends running calls.
 */
export async function openMongo(url: string, { log, database, silenceMs = SILENCE_MS }: MongoOptions): Promise<Mongo> {
  const client = makeClient(url, silenceMs)
  const where = client.options.srvHost ?? client.options.hosts.map(String).join(',')
  try {
    await client.connect()
    await client.db('admin').command({ ping: 1 })
  } catch (error) {
    await client.close()
    // Without the cause: the message says enough, and the driver's error contains its whole view of the cluster.
    const message = `MongoDB at ${where} cannot be used: ${error instanceof Error ? error.message : 'no answer'}.`
    throw isUnavailable(error) ? new ServiceDownError(message) : new StartupError(message)
  }
  let state: 'up' | 'down' | 'closed' = 'up'
  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    if (state === 'closed') return
    const now = [...newDescription.servers.values()].some((server) => server.isWritable) ? 'up' : 'down'
    if (now !== state && now === 'down') log.warn('MongoDB is down: calls reject until it is back.', { mongodb: where })
    if (now !== state && now === 'up') log.info('MongoDB is back.', { mongodb: where })
    state = now
  })
  return {
    db: client.db(database ?? databaseOf(url) ?? 'parley'),
    async [Symbol.asyncDispose]() {
      state = 'closed'
      await client.close()
    },
  }
}

function makeClient(url: string, socketTimeoutMS: number): MongoClient {
  try {
    return new MongoClient(url, { ...settings, socketTimeoutMS })
  } catch {
    // The driver's message may quote the URL, and with it the password.
    throw new StartupError(
      'The MongoDB URL is not valid: it must look like mongodb://user:password@host:27017/database.',
    )
  }
}

function databaseOf(url: string): string | undefined {
  const name = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(url)?.[1]
  return name === undefined ? undefined : decodeURIComponent(name)
}
