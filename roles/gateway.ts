import { readFileSync } from 'node:fs'
import { makeHttpServer } from '../platform/http-server.ts'
import { makeGateway, originOf } from '../gateway/index.ts'
import { makeVerifyAdmin } from '../gateway/identity/admin-jwt.ts'
import { makeClientAddress } from '../gateway/policy/address.ts'
import { systemClock } from '../platform/clock/clock.ts'
import { StartupError } from '../platform/startup-error.ts'
import type { SubgraphSource } from '../gateway/core/index.ts'
import { isLoopbackHost } from '../gateway/policy/loopback.ts'
import { assetPath } from '../platform/assets.ts'
import { codes as subgraphCodes } from '../subgraphs/errors.ts'
import { makeCatalogServer } from '../platform/catalog/index.ts'
import type { Config } from '../platform/config/config.ts'
import { makeWeb } from '../web/index.ts'
import { developmentFile } from './adapters.ts'
import { adminOf, adminVariable, checkAdminKeys, withJwks } from './admin-keys.ts'
import { makeClosers } from './closers.ts'
import { openFileServer } from './files.ts'
import { makeHealth } from './health.ts'
import { listenOn } from './listen.ts'
import type { Role, Started, Starting } from './role.ts'
import type { SubgraphName, SubgraphRole } from './subgraph.ts'

const SUBGRAPHS = ['users', 'chat', 'groups'] as const

/** A subgraph is reached at its URL if one is set, otherwise in this process. */
function sourceOf(config: Config, name: SubgraphName, role: SubgraphRole | undefined): SubgraphSource {
  const upper = name.toUpperCase() as Uppercase<SubgraphName>
  const url = config[`SUBGRAPH_${upper}_URL`]
  if (url === undefined) {
    if (!role) throw new Error(`The subgraph ${name} has no URL, and does not run in this process.`)
    return { kind: 'local', ...role.local }
  }
  return { kind: 'remote', url, wsUrl: config[`SUBGRAPH_${upper}_WS_URL`] ?? url.replace(/^http/, 'ws') }
}

/** Throws one line that names the variable if the gateway cannot use its value. */
function checkConfig(config: Config): void {
  const check = (variable: keyof Config, work: () => unknown) => {
    try {
      work()
    } catch (error) {
      throw new StartupError(`${variable}: ${(error as Error).message}`)
    }
  }
  check('ALLOWED_ORIGINS', () => config.ALLOWED_ORIGINS.map(originOf))
  check('TRUSTED_PROXIES', () => makeClientAddress(config.TRUSTED_PROXIES))
  checkAdminKeys(config)
  const { admin } = adminOf(config, config.ADMIN_JWT_SECRET)
  if (admin) check(adminVariable(config), () => makeVerifyAdmin(admin, systemClock))
}

/** The name of a listening address for a browser on this machine. */
const nameOf = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/** Serves HTTP and graphql-ws. Disposing drains. */
async function start({ platform, subgraphs }: Starting): Promise<Started> {
  const { config, bus, clock, database, nonces, postgresNonces, rate, sessions, sessionKeys, gatewaySecret } = platform
  const sources = new Map(SUBGRAPHS.map((name) => [name as string, sourceOf(config, name, subgraphs[name])]))
  const web = makeWeb({
    root: assetPath('.'),
    // Codes are in a file only if no carrier sends them.
    ...(config.MODE === 'development' &&
      config.loopback &&
      config.OTP_WEBHOOK_URL === undefined &&
      config.OTP_SMTP_URL === undefined && {
        explorer: { otpFile: developmentFile(config, 'otp.jsonl'), isOwnHost: isLoopbackHost },
      }),
  })
  const closers = makeClosers()
  try {
    const gateway = closers.use(
      await makeGateway(
        {
          sessions,
          sessionKeys,
          sql: database,
          nonces,
          standInNonces: postgresNonces,
          limiter: rate,
          bus,
          clock,
          log: platform.log.with({ role: 'gateway' }),
          metrics: platform.metrics,
        },
        {
          supergraphSdl: readFileSync(assetPath('schema/supergraph.graphql'), 'utf8'),
          subgraphs: (name) => {
            const source = sources.get(name)
            if (!source) throw new Error(`The supergraph names a subgraph ${name} that no role serves.`)
            return source
          },
          page: web.page,
          subgraphCodes: Object.keys(subgraphCodes),
          secret: gatewaySecret,
          ...adminOf(config, platform.adminSecret),
          pathPrefix: config.PATH_PREFIX,
          trustedProxies: config.TRUSTED_PROXIES,
          allowedOrigins: config.ALLOWED_ORIGINS,
          loopbackOrigins: config.MODE === 'development',
          introspection: config.INTROSPECTION ?? (config.MODE === 'development' ? 'on' : 'admins'),
          limits: {
            maxBodyBytes: config.BODY_LIMIT_BYTES,
            maxConnectionsPerAddress: config.CONNECTIONS_PER_ADDRESS,
            maxConnectionsPerUser: config.CONNECTIONS_PER_USER,
            maxDocumentBytes: config.DOCUMENT_CACHE_BYTES,
          },
          rates: {
            anonymous: { burst: config.RATE_ANONYMOUS_BURST, perSecond: config.RATE_ANONYMOUS_PER_SECOND },
            signed: { burst: config.RATE_USER_BURST, perSecond: config.RATE_USER_PER_SECOND },
          },
        },
      ),
    )
    for (const level of ['sockets', 'readers', 'streams', 'operations'] as const) {
      const gauge = platform.metrics.gauge(`gateway_${level}`, () => gateway.stats()[level])
      closers.defer(() => gauge[Symbol.dispose]())
    }
    const cached = platform.metrics.gauge('gateway_document_bytes', () => gateway.stats().documentBytes)
    closers.defer(() => cached[Symbol.dispose]())
    const server = makeHttpServer()
    const health = makeHealth({
      gateway: () => gateway.ready(),
      database: () => database.query('/* roles.ready */ select 1'),
    })
    const rest = withJwks(config, health)
    const files = openFileServer({ config, clock, gatewaySecret, log: platform.log.with({ role: 'gateway' }) })
    const catalog = makeCatalogServer()
    gateway.attach(server, (request, response) => {
      const isAnswered = [files, catalog, web].some((server) => server?.answer(request, response))
      if (!isAnswered) rest(request, response)
    })
    closers.defer(async () => {
      await gateway.drain(config.DRAIN_SECONDS * 1_000)
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
    })
    const port = await listenOn(server, { host: config.HOST, port: config.PORT, variable: 'PORT' })
    const at = `${nameOf(config.HOST)}:${port}/graphql`
    return {
      gateway: { url: `http://${at}`, wsUrl: `ws://${at}` },
      [Symbol.asyncDispose]: () => closers[Symbol.asyncDispose](),
    }
  } catch (error) {
    await closers[Symbol.asyncDispose]()
    throw error
  }
}

/** The role with the graph's only public entry. */
export const gateway: Role = { name: 'gateway', needs: ['bus', 'sessions', 'nonces', 'rate'], checkConfig, start }
