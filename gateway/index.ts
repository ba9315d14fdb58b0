/**
 * The only door: `makeGateway(deps, settings)` is the core with our identity and policy. Point it at any supergraph; it
 * knows no domain.
 *
 * Invariants: whatever comes in, over whichever transport, is identified by one function (identity/identify.ts) before
 * anything of it is parsed. An operation is refused as a whole, before it runs, for what the supergraph's directives, the
 * limits or the rate do not allow. Subgraphs get an identity that is signed over the body, and no `X-Gateway-*` header of
 * a client. What a client sends on a socket is not signed, so a mutation is not taken there. When a session ends, its
 * connections do.
 *
 * Imports core/ and platform/.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { GraphQLError, OperationTypeNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Bus } from '../platform/bus/bus.ts'
import type { Clock } from '../platform/clock/clock.ts'
import { makeAwayLog } from '../platform/log/away.ts'
import type { Log } from '../platform/log/log.ts'
import type { DurableNonceGuard, NonceGuard } from '../platform/nonces/nonces.ts'
import type { RateLimiter } from '../platform/rate/rate.ts'
import type { SessionCache } from '../platform/sessions/sessions.ts'
import type { Identity } from '../platform/signature/identity.ts'
import { makeSigner } from '../platform/signature/sign.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { type Gateway, type GatewayOptions, type Metrics, openGateway, type OperationCheck } from './core/index.ts'
import { makeMask, Refusal, refusedWhileAway } from './errors.ts'
import { type AdminOptions, makeVerifyAdmin } from './identity/admin-jwt.ts'
import { type Identified, makeIdentify } from './identity/identify.ts'
import { makeTakeNonce } from './identity/nonces.ts'
import { startRevocationListener } from './identity/revocation.ts'
import { makeFindSession } from './identity/sessions.ts'
import { makeClientAddress, rateKeyOf } from './policy/address.ts'
import { DEFAULT_DOCUMENT_LIMITS, type DocumentLimits, makeCheckDocument } from './policy/complexity.ts'
import { costOf, DEFAULT_MAX_COST, makeCheckCost, sizePointsOf } from './policy/cost.ts'
import { makeRateCostOf } from './policy/field-cost.ts'
import { type DirectivesOptions, makeCheckDirectives, refused } from './policy/directives.ts'
import { isLoopbackHost, isLoopbackOrigin } from './policy/loopback.ts'
import { DEFAULT_RATES, makeLimit, type Rates } from './policy/rate.ts'

/** Who came in, from where, and for how long. */
export interface GatewayContext extends Identified {
  readonly address: string
  /** The address, or its network where it is IPv6: what subgraphs get to know, for limits. */
  readonly network: string
  readonly requestId: string
}

export interface GatewayDeps {
  readonly sessions: SessionCache
  /** Has the view `users.sessions`. */
  readonly sql: Sql
  readonly nonces: NonceGuard
  /** Keeps nonces while `nonces` is away, and those that it would forget: the one in PostgreSQL. */
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
  /** Unset: no admin comes in. */
  readonly admin?: AdminOptions
  /** What a proxy cut off the path; clients sign it. */
  readonly pathPrefix?: string
  /** Addresses and CIDR ranges whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[]
  /** Origins of web apps; of the gateway's own host only a page of an address or of localhost may without. */
  readonly allowedOrigins?: readonly string[]
  /** For development: pages from any port of this machine may call, where it is asked by a name of this machine. */
  readonly loopbackOrigins?: boolean
  readonly rates?: Partial<Rates>
  readonly documentLimits?: Partial<DocumentLimits>
  readonly maxCost?: number
  /** The codes of errors that subgraphs answer with. An error of any other code is masked as an internal one. */
  readonly subgraphCodes?: readonly string[]
  /** Between looks for sessions that ended unheard; see identity/revocation.ts. */
  readonly recheckMs?: number
}

/** Subscriptions whose fields were paid for. Beyond it the oldest would pay again after a reload. */
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
  if (own) throw new TypeError(`${own} is the gateway's own: it cannot be forwarded from clients.`)

  const databaseAway = makeAwayLog(
    log,
    clock,
    'Sessions cannot be looked up: whoever is not in the cache is turned away.',
  )
  const limit = makeLimit({ limiter, clock, log }, { ...DEFAULT_RATES, ...settings.rates })
  const identify = makeIdentify(
    {
      findSession: makeFindSession({ cache: sessions, sql, clock, log }),
      takeNonce: makeTakeNonce({
        guard: deps.nonces,
        ...(deps.standInNonces && { standIn: deps.standInNonces }),
        clock,
        log,
      }),
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

  /** What was sent on a socket; over HTTP a request was counted when it came in. */
  const admitOperation = ({ identity, address }: GatewayContext) =>
    limit.identity(identity, address).then(
      () => [],
      (error: unknown) => [asError(error)],
    )

  /**
   * Streams whose fields and size were paid for, since a reload checks a running one again. Over HTTP by the request's own context,
   * on a socket by the operation's id, which is ours: a client chooses neither.
   */
  const paid = { requests: new WeakSet<GatewayContext>(), operations: new LRUCache<string, true>({ max: MAX_COUNTED }) }
  const pay = async (check: OperationCheck<GatewayContext>, objects: number) => {
    const points = rateCostOf(check) + sizePointsOf(objects)
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
      ? refused('MUTATION_OVER_SOCKET', 'What is sent on a socket is not signed: send mutations over HTTP.')
      : null

  const over = ({ identity, expiresAtMs }: GatewayContext) => {
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
        // While PostgreSQL is away nobody can be looked up: whoever asks is told to come again, over every transport.
        const refusal = refusedWhileAway(error)
        if (refusal !== error) databaseAway(error)
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
      const wrong = over(check.context) ?? checkTransport(check)
      if (wrong) return [wrong]
      const errors = await checkDirectives(check, check.context.identity)
      if (errors.length > 0) return errors
      const objects = costOf({ ...check, schema: check.schema.api })
      const tooMuch = checkCost(objects)
      if (tooMuch.length > 0) return tooMuch
      const unpaid = await pay(check, objects)
      return unpaid ? [unpaid] : []
    },
    originAllowed: (origin, host) =>
      origins.has(origin.toLowerCase()) || (loopbackOrigins && isLoopbackOrigin(origin) && isLoopbackHost(host)),
    requestId: requestIdOf,
    originHint: 'ALLOWED_ORIGINS lists the origins that may.',
    formatError: makeMask(log, { suggestions: introspection === 'on', subgraphCodes: settings.subgraphCodes ?? [] }),
  })

  const { recheckMs } = settings
  const revocations = await startRevocationListener(
    { bus, sql, clock, log, closeSockets: (...closing) => gateway.closeSockets(...closing) },
    recheckMs === undefined ? {} : { recheckMs },
  ).catch(async (error: unknown) => {
    await gateway[Symbol.asyncDispose]()
    throw error
  })

  return {
    ...gateway,
    async [Symbol.asyncDispose]() {
      // First the sockets: until the last one is closed a revocation must reach it.
      await gateway[Symbol.asyncDispose]()
      await revocations[Symbol.asyncDispose]()
    },
  }
}

/** A refusal as an error of the operation; anything else is no answer to it. */
function asError(error: unknown): GraphQLError {
  if (error instanceof Refusal) return new GraphQLError(error.message, { originalError: error })
  throw error
}

/** Equal for those, and only those, who may see the same of every event: one session has one user and one device. */
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

/** Whose connections are counted together, over all sessions and devices. */
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
 * The name of a request in both logs and in its answer. One that the client chose says so, and none of ours looks like it:
 * whoever reads the log knows that somebody may have used it twice, or taken it from another's answer.
 */
function requestIdOf({ 'x-request-id': given }: IncomingHttpHeaders): string {
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? `client.${given}` : randomUUID()
}

/** As browsers write it. */
export function originOf(text: string): string {
  const origin = URL.canParse(text) ? new URL(text).origin : 'null'
  if (origin === 'null') throw new TypeError(`An allowed origin must be like https://chat.example.org, not "${text}".`)
  return origin
}
