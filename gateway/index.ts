/**
 * The public entry: `makeGateway(deps, settings)` is the core with our identity and policy. It works with any
 * supergraph, and knows no domain.
 *
 * Invariants: every client, over every transport, is identified by one function (identity/identify.ts) before any of
 * its input is parsed. An operation that violates a directive of the supergraph, a limit or a rate is refused as a
 * whole, before it runs. Subgraphs get an identity that is signed together with the body, and no `X-Gateway-*` header
 * of a client. Messages on a socket are not signed, so mutations are refused there. When a session ends, its
 * connections are closed.
 *
 * Imports core/ and platform/.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { GraphQLError, OperationTypeNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Bus } from '../platform/bus/bus.ts'
import type { Clock } from '../platform/clock/clock.ts'
import { makeOutageLog } from '../platform/log/outage-log.ts'
import type { Log } from '../platform/log/log.ts'
import type { DurableNonceGuard, NonceGuard } from '../platform/nonces/nonces.ts'
import type { RateLimiter } from '../platform/rate/rate.ts'
import type { SessionKeys } from '../platform/sessions/keys.ts'
import type { SessionCache } from '../platform/sessions/sessions.ts'
import type { Identity } from '../platform/signature/identity.ts'
import { makeSigner } from '../platform/signature/sign.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { type Gateway, type GatewayOptions, type Metrics, openGateway, type OperationCheck } from './core/index.ts'
import { makeMask, Refusal, refusedWhileAway } from './errors.ts'
import { type AdminOptions, makeVerifyAdmin } from './identity/admin-jwt.ts'
import { type Identified, makeIdentify } from './identity/identify.ts'
import { makeTakeNonce } from './identity/nonces.ts'
import { type Revocations, startRevocationListener } from './identity/revocation.ts'
import { makeFindSession } from './identity/sessions.ts'
import { trackUse } from './identity/use.ts'
import { makeClientAddress, rateKeyOf } from './policy/address.ts'
import { DEFAULT_DOCUMENT_LIMITS, type DocumentLimits, makeCheckDocument } from './policy/complexity.ts'
import { checkEventCost, costOf, DEFAULT_MAX_COST, makeCheckCost, type Size, sizePointsOf } from './policy/cost.ts'
import { makeRateCostOf } from './policy/field-cost.ts'
import { type DirectivesOptions, makeCheckDirectives, refused } from './policy/directives.ts'
import { isLoopbackHost, isLoopbackOrigin } from './policy/loopback.ts'
import { DEFAULT_RATES, makeLimit, type Rates } from './policy/rate.ts'

/** The identity of a client, its address, and the expiry of both. */
export interface GatewayContext extends Identified {
  readonly address: string
  /** The address, or the /64 network of an IPv6 address: subgraphs get it for their limits. */
  readonly network: string
  readonly requestId: string
}

export interface GatewayDeps {
  readonly sessions: SessionCache
  readonly sessionKeys: SessionKeys
  /** Has the view `users.sessions`, and the functions that identity/use.ts calls. */
  readonly sql: Sql
  readonly nonces: NonceGuard
  /** Keeps nonces while `nonces` is unavailable, and those that it would forget: the guard in PostgreSQL. */
  readonly standInNonces?: DurableNonceGuard
  readonly limiter: RateLimiter
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly metrics?: Metrics
}

export interface GatewaySettings
  extends
    Pick<GatewayOptions<never>, 'supergraphSdl' | 'subgraphs' | 'path' | 'forwardHeaders' | 'limits' | 'page'>,
    DirectivesOptions {
  /** Signs identities towards subgraphs; at least 32 characters. */
  readonly secret: string
  /** Unset: admins are refused. */
  readonly admin?: AdminOptions
  /** The path prefix that a proxy removed; clients sign the full path. */
  readonly pathPrefix?: string
  /** Addresses and CIDR ranges whose `X-Forwarded-For` is trusted. */
  readonly trustedProxies?: readonly string[]
  /**
   * Origins of web apps. Without an entry, only a page of the gateway's own host is allowed, if that is an address or
   * localhost.
   */
  readonly allowedOrigins?: readonly string[]
  /** For development: allows pages from any port of this machine, if the request's Host names this machine. */
  readonly loopbackOrigins?: boolean
  readonly rates?: Partial<Rates>
  readonly documentLimits?: Partial<DocumentLimits>
  readonly maxCost?: number
  /** The error codes of subgraphs. An error with any other code is masked as an internal one. */
  readonly subgraphCodes?: readonly string[]
  /** Interval of the check for ended sessions; see identity/revocation.ts. */
  readonly recheckMs?: number
}

/** Subscriptions that have paid for their fields. Beyond it the oldest would pay again after a reload. */
const MAX_COUNTED = 100_000

export async function makeGateway(deps: GatewayDeps, settings: GatewaySettings): Promise<Gateway<GatewayContext>> {
  const { bus, clock, log, limiter, metrics, sessions, sql } = deps
  const {
    introspection = 'off',
    trustedProxies = [],
    allowedOrigins = [],
    forwardHeaders = [],
    loopbackOrigins = false,
  } = settings
  const sign = makeSigner({ secret: settings.secret, clock })
  const own = forwardHeaders.find((name) => name.toLowerCase().startsWith('x-gateway-'))
  if (own)
    throw new TypeError(`forwardHeaders: "${own}" is set by the gateway itself, and cannot be forwarded from clients.`)

  const reportDatabaseOutage = makeOutageLog(
    log,
    clock,
    'Sessions cannot be looked up: clients whose session is not cached are refused.',
  )
  const limit = makeLimit({ limiter, clock, log }, { ...DEFAULT_RATES, ...settings.rates })
  const use = trackUse({ sql, clock, log })
  const identify = makeIdentify(
    {
      findSession: makeFindSession({ cache: sessions, keys: deps.sessionKeys, sql, clock, log }),
      takeNonce: makeTakeNonce({
        guard: deps.nonces,
        ...(deps.standInNonces && { standIn: deps.standInNonces }),
        clock,
        log,
      }),
      use,
      verifyAdmin: settings.admin ? makeVerifyAdmin(settings.admin, clock) : null,
      clock,
      limit,
    },
    { pathPrefix: settings.pathPrefix ?? '' },
  )
  const clientAddress = makeClientAddress(trustedProxies)
  const checkDirectives = makeCheckDirectives(settings)
  const checkCost = makeCheckCost(settings.maxCost ?? DEFAULT_MAX_COST)
  const rateCostOf = makeRateCostOf()
  const origins = new Set(allowedOrigins.map(originOf))

  /** Counts operations on a socket. Over HTTP the request itself was counted. */
  const admitOperation = ({ identity, address }: GatewayContext) =>
    limit.identity(identity, address).then(
      () => [],
      (error: unknown) => [asError(error)],
    )

  /**
   * Subscriptions that have paid for their fields and size, because a reload checks running ones again. Over HTTP the
   * key is the request's context, on a socket the operation's generated id: a client can choose neither.
   */
  const paid = { requests: new WeakSet<GatewayContext>(), operations: new LRUCache<string, true>({ max: MAX_COUNTED }) }
  const pay = async (check: OperationCheck<GatewayContext>, size: Size) => {
    const points = rateCostOf(check) + sizePointsOf(size)
    if (points === 0) return null
    const { operation, context, requestId, transport } = check
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
      const onSocket = transport === 'websocket'
      if (onSocket ? paid.operations.has(requestId) : paid.requests.has(context)) return null
      if (onSocket) paid.operations.set(requestId, true)
      else paid.requests.add(context)
    }
    return limit.spend(context.identity, context.address, points).then(() => null, asError)
  }

  const checkTransport = ({ operation, transport }: OperationCheck<GatewayContext>) =>
    transport === 'websocket' && operation.operation === OperationTypeNode.MUTATION
      ? refused('MUTATION_OVER_SOCKET', 'Messages on a socket are not signed: send mutations over HTTP.')
      : null

  /** Assigned when the gateway is open. */
  let revocations: Revocations | null = null
  const expired = ({ identity, ...context }: GatewayContext) => {
    const prolonged = identity.kind === 'user' ? revocations?.expiresAtMs(identity.sessionId) : undefined
    const expiresAtMs = prolonged ?? context.expiresAtMs
    if (expiresAtMs === null || expiresAtMs > clock.now()) return null
    return identity.kind === 'admin'
      ? refused('TOKEN_EXPIRED', 'The token has expired.')
      : refused('SESSION_EXPIRED', 'The session has expired.')
  }

  const gateway = await openGateway<GatewayContext>({
    supergraphSdl: settings.supergraphSdl,
    subgraphs: (...subgraph) => settings.subgraphs(...subgraph),
    ...(settings.path !== undefined && { path: settings.path }),
    ...(settings.page && { page: settings.page }),
    ...(settings.limits && { limits: settings.limits }),
    ...(metrics && { metrics }),
    forwardHeaders,
    introspection: introspection !== 'off',
    log,
    async authenticate(request) {
      const address = clientAddress(request.headers, request.remoteAddress)
      try {
        const identified = await identify(request, address)
        return { ...identified, address, network: rateKeyOf(address), requestId: request.requestId }
      } catch (error) {
        // While PostgreSQL is down no session can be looked up: clients are told to retry, over every transport.
        const refusal = refusedWhileAway(error)
        if (refusal !== error) reportDatabaseOutage(error)
        throw refusal
      }
    },
    identityOf: ({ identity }) => sharingKey(identity),
    userOf: ({ identity }) => userKey(identity),
    addressOf: ({ headers, socket }) => rateKeyOf(clientAddress(headers, socket.remoteAddress ?? '')),
    isAnonymous: ({ identity }) => identity.kind === 'anonymous',
    signRequest: ({ identity, network, requestId }, subgraph, body) =>
      sign({ identity, subgraph, clientNetwork: network, requestId, body }),
    admitOperation,
    checkDocument: makeCheckDocument({ ...DEFAULT_DOCUMENT_LIMITS, ...settings.documentLimits }),
    async checkOperation(check) {
      const wrong = expired(check.context) ?? checkTransport(check)
      if (wrong) return [wrong]
      const errors = await checkDirectives(check, check.context.identity)
      if (errors.length > 0) return errors
      const size = costOf({ ...check, schema: check.schema.api })
      const isStream = check.operation.operation === OperationTypeNode.SUBSCRIPTION
      const tooMuch = isStream ? checkEventCost(size) : checkCost(size)
      if (tooMuch.length > 0) return tooMuch
      const unpaid = await pay(check, size)
      return unpaid ? [unpaid] : []
    },
    originAllowed: (origin, host) =>
      origins.has(origin.toLowerCase()) || (loopbackOrigins && isLoopbackOrigin(origin) && isLoopbackHost(host)),
    requestId: requestIdOf,
    originHint: 'ALLOWED_ORIGINS lists the allowed origins.',
    formatError: makeMask(log, { suggestions: introspection === 'on', subgraphCodes: settings.subgraphCodes ?? [] }),
  })

  const { recheckMs } = settings
  const listener = await startRevocationListener(
    {
      bus,
      sql,
      clock,
      log,
      closeSockets: (...closing) => gateway.closeSockets(...closing),
      onOpen: (sessionIds) => sessionIds.forEach((id) => use.seen(id)),
    },
    recheckMs === undefined ? {} : { recheckMs },
  ).catch(async (error: unknown) => {
    await gateway[Symbol.asyncDispose]()
    await use[Symbol.asyncDispose]()
    throw error
  })

  revocations = listener
  return {
    ...gateway,
    async [Symbol.asyncDispose]() {
      // Sockets are closed first: until the last one is closed, a revocation must reach it.
      await gateway[Symbol.asyncDispose]()
      await listener[Symbol.asyncDispose]()
      await use[Symbol.asyncDispose]()
    },
  }
}

/** Turns a Refusal into an error of the operation; rethrows anything else. */
function asError(error: unknown): GraphQLError {
  if (error instanceof Refusal) return new GraphQLError(error.message, { originalError: error })
  throw error
}

/** Equal exactly for clients who may see the same of every event: one session has one user and one device. */
function sharingKey(identity: Identity): string {
  switch (identity.kind) {
    case 'anonymous':
      return 'anonymous'
    case 'user':
      return `user ${identity.sessionId}`
    case 'admin':
      return `admin ${JSON.stringify([identity.adminId, identity.roles])}`
  }
}

/** The user whose connections are counted together, over all sessions and devices. */
function userKey(identity: Identity): string | null {
  switch (identity.kind) {
    case 'anonymous':
      return null
    case 'user':
      return `user ${identity.userId}`
    case 'admin':
      return `admin ${identity.adminId}`
  }
}

/**
 * The id of a request in logs and in its answer. An id that the client chose is marked, and no generated id looks like
 * it, so a reader of the log knows that it may be used twice, or copied from another client's answer.
 */
function requestIdOf({ 'x-request-id': given }: IncomingHttpHeaders): string {
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? `client.${given}` : randomUUID()
}

/** The origin as browsers write it. */
export function originOf(text: string): string {
  const origin = URL.canParse(text) ? new URL(text).origin : 'null'
  if (origin === 'null') throw new TypeError(`An allowed origin must be like https://chat.example.org, not "${text}".`)
  return origin
}
