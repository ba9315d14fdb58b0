import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { makeCheckOperation } from './check-operation.ts'
import { makeFormatError } from './errors.ts'
import { makeExactVariables } from './planning/exact-variables.ts'
import { makeOperationCache } from './operations/operation-cache.ts'
import { openDataSources } from './subgraphs/data-sources.ts'
import { makeDocumentCache } from './planning/document-cache.ts'
import { openApollo } from './operations/apollo.ts'
import { makeOperationPipeline } from './operations/pipeline.ts'
import { makePlanCache } from './planning/plan-cache.ts'
import { makeSharedFetches } from './subgraphs/shared-fetches.ts'
import { loadSupergraph } from './supergraph/supergraph.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import { safely } from './safely.ts'
import { makeSubscriptions } from './subscriptions/subscribe.ts'
import { makeActivity } from './transports/activity.ts'
import { makeClients } from './transports/clients.ts'
import type { TransportDependencies } from './transports/dependencies.ts'
import { isSameOrigin, makeForwarded } from './transports/forwarding.ts'
import { makeHttp } from './transports/http.ts'
import { networkOf } from './transports/network.ts'
import { ClientUsage } from './transports/client-usage.ts'
import { CloseCode } from './transports/messages.ts'
import { makeOrigins } from './transports/origins.ts'
import { makeWebSockets, refuse } from './transports/websocket.ts'
import type { Gateway, GatewayOptions, Log, Metrics } from './types.ts'

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }
const unmeasured: Metrics = { count() {}, observe() {} }

/** Loads the supergraph and returns a gateway that is ready to be attached; rejects if the supergraph does not load. */
export async function openGateway<C>(given: GatewayOptions<C>): Promise<Gateway<C>> {
  // Inside, the context is only passed back to the caller's own functions.
  const options = given as GatewayOptions<unknown>
  const { log = silent, metrics = unmeasured, path = '/graphql' } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const formatError = makeFormatError(options.formatError?.bind(options), log)

  let supergraph = loadSupergraph(options.supergraphSdl)
  let accepting = true
  const sources = openDataSources(options, limits, log)
  sources.update(supergraph.subgraphs)
  const documents = makeDocumentCache(limits, options, metrics)
  const plans = makePlanCache(documents)
  const fetches = makeSharedFetches(sources)
  const compiled = makeOperationCache(documents, sources)
  const schema = () => supergraph
  const exactVariables = makeExactVariables()
  const checkOperation = makeCheckOperation(options)
  const shared = { documents, plans, compiled, sources, fetches, checkOperation, limits, formatError, log, metrics }
  const operations = makeOperationPipeline({ ...shared, schema })
  const apollo = await openApollo({ supergraph, operations, options, formatError, log })
  const subscriptions = makeSubscriptions({ ...shared, supergraph: schema })

  const deps: TransportDependencies = {
    ...shared,
    operations,
    apollo,
    subscriptions,
    clients: makeClients(options, log),
    activity: makeActivity(),
    forwarded: makeForwarded(options.forwardHeaders),
    requestId: options.requestId?.bind(options) ?? requestIdOf,
    identityOf: (context) => options.identityOf(context),
    userOf: (context) => options.userOf?.(context) ?? null,
    addressOf: (request) => options.addressOf?.(request) ?? networkOf(request.socket.remoteAddress ?? ''),
    usage: new ClientUsage(limits, metrics),
    admitOperation: options.admitOperation?.bind(options),
    read(asked, context, variablesAgain) {
      const anonymous = options.isAnonymous?.(context) ?? false
      const read = documents.read(asked.query, asked.operationName, anonymous)
      if ('errors' in read) return read
      const request = exactVariables.ofRequest(supergraph.api, read.operation, asked, variablesAgain)
      return { request, ...read }
    },
    originAllowed({ headers: { origin, host } }) {
      if (origin === undefined) return true
      return isSameOrigin(origin, host) || (options.originAllowed?.(origin, host) ?? false)
    },
    origins: makeOrigins(options, log),
    accepting: () => accepting,
  }
  const http = makeHttp(deps)
  const webSockets = makeWebSockets(deps)
  const detach: (() => void)[] = []
  let reloading = Promise.resolve()
  let closing: Promise<void> | undefined

  const close = async () => {
    accepting = false
    for (const undo of detach) undo()
    http.streams.interruptAll()
    const closed = webSockets.closeAll(CloseCode.GoingAway, () => 'Going away')
    subscriptions.endAll()
    await closed
    await reloading
    await apollo[Symbol.asyncDispose]()
    await sources[Symbol.asyncDispose]()
  }

  const handleRequest = (request: IncomingMessage, response: ServerResponse) =>
    safely(
      log,
      'a request',
      () => (options.page && opensPage(request) ? options.page : http.handle)(request, response),
      () => response.destroy(),
    )
  const handleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const upgrade = () => webSockets.handleUpgrade(request, socket, head)
    safely(log, 'an upgrade', upgrade, () => socket.destroy())
  }

  return {
    attach(server: Server, otherwise: RequestListener = notFound) {
      const onRequest: RequestListener = (request, response) =>
        isAt(path, request) ? handleRequest(request, response) : otherwise(request, response)
      const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        if (isAt(path, request)) handleUpgrade(request, socket, head)
        else refuse(socket, '404 Not Found')
      }
      server.on('request', onRequest).on('upgrade', onUpgrade)
      detach.push(() => server.off('request', onRequest).off('upgrade', onUpgrade))
    },
    handleRequest,
    handleUpgrade,
    closeSockets: (matches, code, reason) => deps.clients.close((context) => matches(context as C), code, reason),
    reload(supergraphSdl) {
      const apply = async () => {
        const next = loadSupergraph(supergraphSdl)
        // There is no `await` until every part has the new supergraph. The step that may reject it comes first.
        apollo.reload(next)
        sources.update(next.subgraphs)
        supergraph = next
        documents.reloaded()
        plans.clear()
        compiled.clear()
        await subscriptions.reload()
        log.info('The supergraph was reloaded.', { schema: next.id, ...subscriptions.stats() })
      }
      const done = reloading.then(apply)
      // A failed reload must not make the next one fail.
      reloading = done.catch(() => {})
      return done
    },
    schema,
    async drain(deadlineMs) {
      accepting = false
      await deps.activity.idle(deadlineMs)
      http.streams.interruptAll()
      // Clients reconnect over a period: all at once, they would overload the next gateway.
      const spreadMs = (webSockets.size() / limits.maxReconnectsPerSecond) * 1_000
      await webSockets.closeAll(CloseCode.Restart, () => {
        return `The gateway is restarting: connect again in ${Math.round(Math.random() * spreadMs)} ms.`
      })
    },
    ready: () => accepting,
    stats: () => ({
      sockets: webSockets.size(),
      httpStreams: http.streams.size(),
      operations: deps.activity.count(),
      ...subscriptions.stats(),
      ...sources.stats(),
      documents: documents.size(),
      documentBytes: documents.bytes(),
    }),
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}

/** Whether a person opened the path in a browser. A GraphQL client sends a query, or does not accept HTML. */
function opensPage({ method, url = '', headers }: IncomingMessage): boolean {
  if (method !== 'GET' || !headers.accept?.includes('text/html')) return false
  return !/[?&](query|extensions)=/.test(url)
}

function isAt(path: string, { url = '' }: IncomingMessage): boolean {
  return url === path || url.startsWith(`${path}?`)
}

function requestIdOf({ 'x-request-id': given }: IncomingHttpHeaders): string {
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
}

const notFound: RequestListener = (_request, response) => {
  response.writeHead(404, { 'content-length': 0 }).end()
}
