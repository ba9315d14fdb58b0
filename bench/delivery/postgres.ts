import { join } from 'node:path'
import { type Client, escapeIdentifier } from 'pg'
import { startEmbeddedPostgres } from '../../platform/embedded-postgres/index.ts'
import { silentLog } from '../../platform/log/log.ts'
import { connect } from '../../platform/sql/connection.ts'
import { cpuOf, parentOf } from '../harness/cpu.ts'

/** The PostgreSQL of all servers of a bench. Each server has its own database. */
export interface Postgres extends AsyncDisposable {
  /** Returns the URL of a database with this name, which need not exist. */
  urlOf(database: string): string
  /** Creates an empty database and returns its URL. The database is dropped at the end. */
  makeDatabase(name: string): Promise<string>
  /** Creates a database with the user's name if there is none, because some programs connect to it first. */
  haveUsersDatabase(): Promise<void>
  /** Drops a database at the end that a server has created. */
  willDrop(name: string): void
  /** CPU time of all processes of PostgreSQL, in milliseconds; NaN if it runs on another machine. */
  cpu(): number
  /** Bytes of write-ahead log since the cluster was created. */
  walBytes(): Promise<number>
  /** The version, and the settings that decide the cost of a commit. */
  describe(): Promise<string>
  /** Statements by database since the last call of `reset`; null if pg_stat_statements is not loaded. */
  readonly statements: StatementCounts | null
}

export interface StatementCounts {
  reset(): Promise<void>
  read(database: string): Promise<readonly StatementCount[]>
}

export interface StatementCount {
  readonly text: string
  readonly calls: number
  /** Time in PostgreSQL's executor. */
  readonly executionMs: number
}

const SHOWN_SETTINGS = ['jit', 'synchronous_commit', 'fsync', 'full_page_writes', 'shared_buffers', 'max_wal_size']

/**
 * Opens the server at `url`, whose user must be allowed to create databases. Without a URL it starts the embedded one
 * with its usual settings. pg_stat_statements is loaded only if statements are counted, because it costs CPU time
 * itself.
 */
export async function openPostgres(url: string | undefined, folder: string, counting: boolean): Promise<Postgres> {
  const settings: Record<string, string> = counting ? { shared_preload_libraries: 'pg_stat_statements' } : {}
  const embedded =
    url === undefined
      ? await startEmbeddedPostgres({ folder: join(folder, 'postgres'), log: silentLog, settings })
      : null
  const base = url ?? embedded!.url
  const client = await connect(base)
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const postmaster = postmasterOf(client, rows[0]!.pid)
  const made: string[] = []
  const urlOf = (database: string) => {
    const one = new URL(base)
    one.pathname = `/${database}`
    return one.href
  }

  return {
    urlOf,
    async makeDatabase(name) {
      await client.query(`create database ${name}`)
      made.push(name)
      return urlOf(name)
    },
    async haveUsersDatabase() {
      const { rows } = await client.query<{ name: string; known: boolean }>(
        'select current_user as name, exists (select from pg_database where datname = current_user) as known',
      )
      const [user] = rows
      if (!user || user.known) return
      await client.query(`create database ${escapeIdentifier(user.name)}`)
      made.push(escapeIdentifier(user.name))
    },
    willDrop: (name) => void made.push(name),
    cpu() {
      if (postmaster === null) return NaN
      const { own, ended, running } = cpuOf(postmaster)
      return own + ended + running
    },
    async walBytes() {
      const { rows } = await client.query<{ bytes: string }>(`select pg_current_wal_lsn() - '0/0'::pg_lsn as bytes`)
      return Number(rows[0]!.bytes)
    },
    async describe() {
      const { rows } = await client.query<{ name: string; value: string }>(
        `select name, current_setting(name) as value from unnest($1::text[]) as name`,
        [['server_version', ...SHOWN_SETTINGS]],
      )
      const [version, ...others] = rows
      const from = embedded ? 'embedded' : 'at POSTGRES_URL'
      const text = others.map(({ name, value }) => `${name} ${value}`).join(', ')
      return `PostgreSQL ${version?.value} ${from}: ${text}.${postmaster === null ? ' Not on this machine: its CPU time is not known.' : ''}`
    },
    statements: await openStatements(client),
    async [Symbol.asyncDispose]() {
      if (!embedded) for (const name of made) await client.query(`drop database if exists ${name} with (force)`)
      await client.end()
      await embedded?.[Symbol.asyncDispose]()
    },
  }
}

/**
 * The backends are children of the postmaster. In a container or on another machine, its process id means nothing here.
 */
function postmasterOf(client: Client, backend: number): number | null {
  const isLocal = ['127.0.0.1', 'localhost', '::1'].includes(client.host) || client.host.startsWith('/')
  const parent = isLocal ? parentOf(backend) : null
  return parent !== null && parent > 1 ? parent : null
}

async function openStatements(client: Client): Promise<StatementCounts | null> {
  const { rows } = await client.query<{ loaded: boolean }>(
    `select current_setting('shared_preload_libraries') like '%pg_stat_statements%' as loaded`,
  )
  if (!rows[0]!.loaded) return null
  await client.query('create extension if not exists pg_stat_statements')
  return {
    async reset() {
      await client.query('select pg_stat_statements_reset()')
    },
    async read(database) {
      const { rows } = await client.query<StatementCount>(
        `select s.query as text, sum(s.calls)::int as calls, sum(s.total_exec_time)::float as "executionMs"
         from pg_stat_statements as s
         join pg_database as d on d.oid = s.dbid
         where d.datname = $1 and s.toplevel
         group by s.query
         order by calls desc`,
        [database],
      )
      return rows
    },
  }
}
