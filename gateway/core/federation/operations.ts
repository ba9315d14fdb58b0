import { ApolloGateway } from '@apollo/gateway'
import {
  ApolloServer,
  HeaderMap,
  type ApolloServerPlugin,
  type GraphQLRequestListener,
  type HTTPGraphQLRequest,
} from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { OperationTypeNode } from 'graphql'
import type { DocumentNode, FormattedExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql'
import { codedError, codes, refusalOf, type FormatError } from '../errors.ts'
import { writeJson } from '../json.ts'
import type { Limits } from '../limits.ts'
import { takesErrorsWith200 } from '../transports/negotiation.ts'
import type { OperationCache } from '../execution/operation-cache.ts'
import type { GatewayOptions, Log, Metrics, Transport } from '../types.ts'
import type { Documents, ReadRequest, Refused } from './documents.ts'
import { apolloLogger, askedByNobody, makeExecutor, type ApolloContext } from './execute.ts'
import { httpStatus, makeFastPath, statedBy } from './fast-path.ts'
import type { Scope } from './scope.ts'
import type { SupergraphInForce } from './supergraph.ts'

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Queries and mutations, by Apollo Server over Apollo Gateway. */
export interface Operations extends AsyncDisposable {
  /** With everything that HTTP asks for: CSRF prevention, negotiation, status. The body is parsed JSON. */
  overHttp(
    request: Omit<HTTPGraphQLRequest, 'headers'> & { headers: Iterable<[string, string]> },
    scope: Scope,
    /** Valid; undefined where there is nothing to read, of which the answer then speaks. */
    read: ReadRequest | undefined,
    accept: string | undefined,
  ): Promise<HttpAnswer>
  /** For transports of our own. Errors, also of what is not valid, are formatted. */
  once(read: ReadRequest, scope: Scope, transport: Transport): Promise<FormattedExecutionResult>
  /** Null for what is valid: nothing else is to be run. */
  invalid(read: ReadRequest): Refused | null
  reload(supergraph: SupergraphInForce): void
}

interface Dependencies {
  readonly supergraph: SupergraphInForce
  /** The one in force when it is asked. */
  readonly schema: () => SupergraphInForce
  readonly documents: Documents
  readonly compiled: OperationCache
  readonly options: Pick<GatewayOptions<unknown>, 'checkOperation' | 'introspection'>
  readonly limits: Limits
  readonly formatError: FormatError
  readonly log: Log
  readonly metrics: Metrics
}

/** Labels of `gateway_operations_total`: which way a request over HTTP was answered. */
const BY_US = { by: 'compiled' }
const BY_THE_SERVER = { by: 'server' }

type Context = ApolloContext & { readonly transport: Transport }

export async function openOperations(deps: Dependencies): Promise<Operations> {
  const { documents, options, formatError, log, metrics } = deps
  const logger = apolloLogger(log)
  const originals: Originals = new WeakMap()
  let update: ((sdl: string) => void) | undefined
  const gateway = withoutTelemetry(
    () =>
      new ApolloGateway({
        logger,
        __exposeQueryPlanExperimental: false,
        buildService: () => askedByNobody,
        supergraphSdl: async (hooks) => {
          update = hooks.update
          return { supergraphSdl: deps.supergraph.sdlForApollo }
        },
      }),
  )
  const executor = makeExecutor({ ...deps, supergraph: deps.schema })
  const fast = makeFastPath(deps)
  const server = new ApolloServer<Context>({
    gateway: {
      async load(given) {
        await gateway.load(given)
        return { executor }
      },
      onSchemaLoadOrUpdate: (listener) => gateway.onSchemaLoadOrUpdate(listener),
      stop: () => gateway.stop(),
    },
    logger,
    nodeEnv: 'production',
    introspection: options.introspection ?? false,
    hideSchemaDetailsFromClientErrors: !options.introspection,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    maxRecursiveSelections: true,
    // Documents come to it parsed, checked and valid: it keeps none of them.
    documentStore: null,
    dangerouslyDisableValidation: true,
    stringifyResult: writeJson,
    formatError: rememberIn(originals),
    plugins: [
      policyAndFormat(deps, originals),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  })
  await server.start()

  const invalid = ({ document }: ReadRequest): Refused | null => {
    const errors = documents.validate(deps.schema(), document)
    return errors.length > 0 ? { errors } : null
  }

  return {
    async overHttp({ headers, ...request }, scope, read, accept) {
      const posted = request.method === 'POST' ? read : undefined
      const contentType = posted && fast.contentType(accept)
      if (posted && contentType !== undefined) {
        const ran = await fast.run(posted, scope, 'http')
        if (ran) {
          metrics.count('gateway_operations_total', BY_US)
          const status = httpStatus(ran.status, accept)
          return { status, headers: { 'content-type': contentType, ...ran.headers }, body: writeJson(ran.result) }
        }
      }
      metrics.count('gateway_operations_total', BY_THE_SERVER)
      const answer = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: { ...request, headers: new HeaderMap(headers) },
        context: async () => ({ scope, transport: 'http', read }),
      })
      if (answer.body.kind !== 'complete')
        throw new Error('Apollo Server answered in parts, which nothing asked it to.')
      const { status = 200, headers: answered, body } = answer
      const chosen = answered.get('content-type')
      if (posted && status === 200 && chosen !== undefined) fast.learn(accept, chosen)
      return { status, headers: Object.fromEntries(answered), body: body.string }
    },
    async once(read, scope, transport) {
      const ran = await fast.run(read, scope, transport)
      if (ran) return ran.result
      const refused = invalid(read)
      if (refused) return { errors: refused.errors.map((error) => formatError(error, scope.requestId)) }
      const { body } = await server.executeOperation<Record<string, unknown>>(
        read.request as typeof read.request & { variables?: object },
        { contextValue: { scope, transport, read } },
      )
      if (body.kind !== 'single') throw new Error('Apollo Server answered in parts, which nothing asked it to.')
      return body.singleResult
    },
    invalid,
    reload: (supergraph) => update?.(supergraph.sdlForApollo),
    [Symbol.asyncDispose]: () => server.stop(),
  }
}

type Originals = WeakMap<GraphQLFormattedError, unknown>

/**
 * Apollo's `formatError` knows neither the request nor the request's id; the plugin below does, but sees formatted
 * errors only. So the first remembers what each was made of.
 */
function rememberIn(originals: Originals) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    // What never reaches the plugin (Apollo failing outside an operation) must not show its text.
    const masked = { message: codes.INTERNAL_SERVER_ERROR, extensions: { code: 'INTERNAL_SERVER_ERROR' } }
    const shown = refusalOf(error) ? { ...formatted } : masked
    originals.set(shown, error)
    return shown
  }
}

function policyAndFormat(
  { options, schema, formatError }: Dependencies,
  originals: Originals,
): ApolloServerPlugin<Context> {
  const remembered = (error: GraphQLError): GraphQLFormattedError => {
    const formatted = error.toJSON()
    originals.set(formatted, error)
    return formatted
  }
  return {
    requestDidStart: async (): Promise<GraphQLRequestListener<Context>> => ({
      async didResolveSource(request) {
        // Apollo Server parses where it finds no document here.
        const { document } = request.contextValue.read ?? {}
        if (document) (request as { document?: DocumentNode }).document = document
      },
      async responseForOperation({ document, operation, contextValue: { scope, transport, read } }) {
        const errors: readonly GraphQLError[] =
          operation.operation === OperationTypeNode.SUBSCRIPTION
            ? [codedError('SUBSCRIPTION_OVER_HTTP', 'Subscribe over graphql-ws, text/event-stream or multipart/mixed.')]
            : ((await options.checkOperation?.({
                document,
                operation,
                variables: read?.request.variables ?? {},
                schema: schema(),
                context: scope.context,
                transport,
                requestId: scope.requestId,
              })) ?? [])
        if (errors.length === 0) return null
        const { status, headers } = statedBy(errors)
        return {
          http: { status, headers: new HeaderMap(Object.entries(headers)) },
          body: { kind: 'single', singleResult: { errors: errors.map(remembered) } },
        }
      },
      async willSendResponse({ request, response, contextValue: { scope } }) {
        if (response.body.kind !== 'single') return
        const { singleResult } = response.body
        if (!singleResult.errors) return
        const { http } = response
        if (http.status === 400 && takesErrorsWith200(request.http?.headers.get('accept'))) http.status = 200
        singleResult.errors = singleResult.errors.map((error) =>
          formatError(originals.get(error) ?? error, scope.requestId),
        )
      },
    }),
  }
}

/**
 * ApolloGateway reads this variable when it is made, and without it starts an exporter that looks for clouds' metadata
 * servers and reports to its maker every hour. A self-hosted gateway calls nobody.
 */
function withoutTelemetry<T>(make: () => T): T {
  /* eslint-disable no-restricted-syntax -- the only switch that it has */
  const before = process.env['APOLLO_TELEMETRY_DISABLED']
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true'
  try {
    return make()
  } finally {
    if (before === undefined) delete process.env['APOLLO_TELEMETRY_DISABLED']
    else process.env['APOLLO_TELEMETRY_DISABLED'] = before
  }
  /* eslint-enable no-restricted-syntax */
}
