import { type Config, type RoleName, roleNames } from '../platform/config/config.ts'
import type { Log } from '../platform/log/log.ts'
import { keepFor, trim } from '../platform/eventlog/log.ts'
import { openPlatform, type Platform } from './adapters.ts'
import { startChat } from './chat.ts'
import { type Closers, makeClosers } from './closers.ts'
import { donePosition, PUSH_QUEUE, PUSH_SHARDS } from '../delivery/index.ts'
import { startDeliveryRole } from './delivery.ts'
import { checkGatewayConfig, type GatewayRole, startGateway } from './gateway.ts'
import { startGroups } from './groups.ts'
import { makeHealth, makeMetricsPage } from './health.ts'
import { serveAside } from './listen.ts'
import { watchLevels } from './metrics.ts'
import { startPushRole } from './push.ts'
import { keepServerFile } from './server-file.ts'
import type { SubgraphRole } from './subgraph.ts'
import { startUsers } from './users.ts'

/** The running program: what to print, and how to end it. */
export interface Parley {
  [Symbol.asyncDispose](): Promise<void>
  readonly banner: string
}

/** How often events beyond the retention are deleted. */
const TRIM_EVERY_MS = 60 * 60_000

/** No message has it: asking for it shows that the store answers. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

type SubgraphRoles = Partial<Record<'users' | 'chat' | 'groups', SubgraphRole>>

function bannerOf(platform: Platform, gateway: GatewayRole | null, subgraphs: SubgraphRoles): string {
  const { config, services } = platform
  const rows: [string, string][] = [['Roles', config.ROLES.join(', ')]]
  if (gateway) rows.push(['GraphQL', gateway.url], ['WebSocket', gateway.wsUrl])
  for (const [name, { url }] of Object.entries(subgraphs)) if (url) rows.push([`${name} subgraph`, url])
  rows.push(['Data', services.data], ['Messages', services.messages], ['Bus', services.bus], ['Queue', services.queue])
  if (config.ROLES.length === roleNames.length) rows.push(['Try', 'npm run demo (in another terminal)'])
  const width = Math.max(...rows.map(([name]) => name.length))
  return ['Parley is ready.', ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)].join('\n')
}

async function startRoles(config: Config, log: Log, closers: Closers, signal: AbortSignal): Promise<string> {
  const runs = (role: RoleName) => config.ROLES.includes(role)
  // What is wrong for good is said before anything is opened or waited for.
  if (runs('gateway')) checkGatewayConfig(config)
  const platform = await openPlatform(config, log, closers, signal)
  const health = makeHealth({
    database: () => platform.database.query('/* roles.ready */ select 1'),
    // What a role cannot do its work without; the gateway and users go on without Redis.
    ...(runs('chat') && { messages: () => platform.messages.find([NOBODY]) }),
    ...((runs('chat') || runs('delivery')) && { presence: () => platform.presence.nodes() }),
    ...((runs('delivery') || runs('push')) && { queue: () => platform.queue.declare(PUSH_QUEUE, PUSH_SHARDS) }),
  })
  /** A gateway here reaches a subgraph here directly, unless its URL says otherwise. */
  const listens = (name: 'users' | 'chat' | 'groups') =>
    !runs('gateway') || config[`SUBGRAPH_${name.toUpperCase() as 'USERS' | 'CHAT' | 'GROUPS'}_URL`] !== undefined

  const subgraphs: SubgraphRoles = {}
  if (runs('users')) {
    subgraphs.users = closers.use(await startUsers(platform, { name: 'users', listens: listens('users'), health }))
  }
  if (runs('groups')) {
    subgraphs.groups = closers.use(await startGroups(platform, { name: 'groups', listens: listens('groups'), health }))
  }
  if (runs('chat')) {
    subgraphs.chat = closers.use(await startChat(platform, { name: 'chat', listens: listens('chat'), health }))
  }
  if (runs('push')) closers.use(startPushRole(platform))
  if (runs('delivery')) {
    closers.use(startDeliveryRole(platform))
    await keepFor(platform.database, config.EVENT_RETENTION_DAYS)
    const trimmer = setInterval(() => {
      donePosition(platform.database, platform.eventLog)
        .then((done) => trim(platform.database, log, done))
        .catch((error: unknown) => log.warn('Old events were not deleted', { error }))
    }, TRIM_EVERY_MS)
    closers.defer(() => clearInterval(trimmer))
  }
  const gateway = runs('gateway') ? closers.use(await startGateway(platform, subgraphs)) : null
  if (gateway === null && Object.values(subgraphs).every(({ url }) => url === undefined)) {
    closers.use(await serveAside(health, { host: config.HOST, port: config.WORKER_PORT, variable: 'WORKER_PORT' }))
  }
  if (config.METRICS_PORT !== undefined) {
    const knows = { delivers: runs('delivery'), pushes: runs('push') }
    if (knows.delivers || knows.pushes) closers.use(watchLevels(platform, knows))
    const address = { host: config.HOST, port: config.METRICS_PORT, variable: 'METRICS_PORT' }
    closers.use(await serveAside(makeMetricsPage(platform.metrics), address))
  }
  // Last: whoever finds it finds a server that is ready.
  if (gateway) closers.use(keepServerFile(config.DATA_DIR, gateway))
  return bannerOf(platform, gateway, subgraphs)
}

/**
 * Starts the roles that the configuration names. Where one fails, what was started before it is closed again; so it is with
 * `StartStopped`, when the signal fires while a service is waited for.
 */
export async function startParley(config: Config, log: Log, signal: AbortSignal): Promise<Parley> {
  const closers = makeClosers()
  try {
    const banner = await startRoles(config, log, closers, signal)
    return { banner, [Symbol.asyncDispose]: () => closers[Symbol.asyncDispose]() }
  } catch (error) {
    await closers[Symbol.asyncDispose]().catch((closing: unknown) => log.warn('Closing failed too', { error: closing }))
    throw error
  }
}
