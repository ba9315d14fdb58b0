import { type Config, roleNames } from '../platform/config/config.ts'
import type { Log } from '../platform/log/log.ts'
import { openPlatform, type Platform } from './adapters.ts'
import { type Closers, makeClosers } from './closers.ts'
import { makeHealth, makeMetricsPage } from './health.ts'
import { serveAside } from './listen.ts'
import { watchLevels } from './metrics.ts'
import type { Started, Starting } from './role.ts'
import { keepServerFile } from './server-file.ts'
import type { SubgraphName, SubgraphRole } from './subgraph.ts'
import { roles } from './table.ts'

/** The running program: the text to print, and how to end it. */
export interface Parley {
  [Symbol.asyncDispose](): Promise<void>
  readonly banner: string
}

function bannerOf(platform: Platform, gateway: Started['gateway'], subgraphs: Starting['subgraphs']): string {
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
  const running = roles.filter(({ name }) => config.ROLES.includes(name))
  // Permanent faults are reported before anything is opened or waited for.
  for (const role of running) role.checkConfig?.(config)
  const used = new Set(running.flatMap(({ needs }) => needs))
  const platform = await openPlatform(config, used, log, closers, signal)
  const health = makeHealth({
    database: () => platform.database.query('/* roles.ready */ select 1'),
    ...Object.fromEntries(running.flatMap((role) => Object.entries(role.checks?.(platform) ?? {}))),
  })

  const subgraphs: Partial<Record<SubgraphName, SubgraphRole>> = {}
  let gateway: Started['gateway']
  for (const role of running) {
    const started = closers.use(await role.start({ platform, health, subgraphs }))
    if (started.subgraph) subgraphs[role.name as SubgraphName] = started.subgraph
    gateway ??= started.gateway
  }
  if (!gateway && Object.values(subgraphs).every(({ url }) => url === undefined)) {
    closers.use(await serveAside(health, { host: config.HOST, port: config.WORKER_PORT, variable: 'WORKER_PORT' }))
  }
  if (config.METRICS_PORT !== undefined) {
    const has = (...roles: Config['ROLES']) => roles.some((role) => config.ROLES.includes(role))
    // Chat appends to the log, so a process with chat alone also shows how far delivery is behind.
    const shown = { delivers: has('delivery', 'chat'), pushes: has('push') }
    if (shown.delivers || shown.pushes) closers.use(watchLevels(platform, shown))
    const address = { host: config.HOST, port: config.METRICS_PORT, variable: 'METRICS_PORT' }
    closers.use(await serveAside(makeMetricsPage(platform.metrics), address))
  }
  // Written last, because its readers expect a server that is ready.
  if (gateway) closers.use(keepServerFile(config.DATA_DIR, gateway))
  return bannerOf(platform, gateway, subgraphs)
}

/**
 * Starts the configured roles. If one fails, everything that was started before it is closed again. The same happens
 * with `StartStopped`, if the signal fires while a service is waited for.
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
