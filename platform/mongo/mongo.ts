import { MongoClient, type Db, type MongoClientOptions } from 'mongodb'
import type { Log } from '../log/log.ts'
import { AwayError, StartupError } from '../startup-error.ts'
import { isUnavailable } from '../unavailable.ts'

export interface MongoOptions {
  readonly log: Log
  /** Default: the one that the URL names, else `parley`. */
  readonly database?: string
}

/** A connection to one database of a MongoDB server or cluster. */
export interface Mongo extends AsyncDisposable {
  readonly db: Db
}

/** How long a call waits for a server that can take it: all that an absent server costs. */
const SELECTION_TIMEOUT_MS = 2_000
/** A server that took a command and says nothing: its connection is given up, and the call rejects. */
const SILENCE_MS = 5_000
/** Connections at most; a call beyond that waits for one, no longer than `QUEUE_TIMEOUT_MS`. */
const MAX_CONNECTIONS = 20
/** What stops callers from heaping up before a slow server. */
const QUEUE_TIMEOUT_MS = 2_000

/** How often an idle connection looks whether the server is there: what the log's lines may lag behind. */
const HEARTBEAT_MS = 2_000

const settings: MongoClientOptions = {
  appName: 'parley',
  serverSelectionTimeoutMS: SELECTION_TIMEOUT_MS,
  connectTimeoutMS: SELECTION_TIMEOUT_MS,
  socketTimeoutMS: SILENCE_MS,
  heartbeatFrequencyMS: HEARTBEAT_MS,
  waitQueueTimeoutMS: QUEUE_TIMEOUT_MS,
  maxPoolSize: MAX_CONNECTIONS,
  // Read from the primary whatever the URL says: a reader must see what a writer was told is there.
  readPreference: 'primary',
  // A write is there to stay when it resolves; below SILENCE_MS, so that a slow majority is told as what it is.
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: 4_000 },
}

/**
 * Connects and proves that the server can be used; rejects with one line, without the password, when it cannot (within
 * about two seconds for a server that is absent). Later every call on `db` rejects within seconds while the server is
 * away, and works again once it is back. Disposing ends what is still running.
 */
export async function openMongo(url: string, { log, database }: MongoOptions): Promise<Mongo> {
  const client = makeClient(url)
  const where = client.options.srvHost ?? client.options.hosts.map(String).join(',')
  try {
    await client.connect()
    await client.db('admin').command({ ping: 1 })
  } catch (error) {
    await client.close()
    // Without the cause: the line says it, and the driver's error carries its whole view of the cluster.
    const message = `MongoDB at ${where} cannot be used: ${error instanceof Error ? error.message : 'no answer'}.`
    throw isUnavailable(error) ? new AwayError(message) : new StartupError(message)
  }
  let state: 'there' | 'away' | 'closed' = 'there'
  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    if (state === 'closed') return
    const now = [...newDescription.servers.values()].some((server) => server.isWritable) ? 'there' : 'away'
    if (now !== state && now === 'away') log.warn('MongoDB is down: calls reject until it is back.', { mongodb: where })
    if (now !== state && now === 'there') log.info('MongoDB is back.', { mongodb: where })
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

function makeClient(url: string): MongoClient {
  try {
    return new MongoClient(url, settings)
  } catch {
    // The driver's message may quote the URL, and with it the password.
    throw new StartupError('The MongoDB URL is not one: it must look like mongodb://user:password@host:27017/database.')
  }
}

function databaseOf(url: string): string | undefined {
  const name = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(url)?.[1]
  return name === undefined ? undefined : decodeURIComponent(name)
}
