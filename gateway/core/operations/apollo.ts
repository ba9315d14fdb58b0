import { AsyncLocalStorage } from 'node:async_hooks'
import { ApolloGateway, type ServiceMap } from '@apollo/gateway'
import { ApolloServer, HeaderMap, type ApolloServerPlugin, type HTTPGraphQLRequest } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { DocumentNode } from 'graphql'
import type { FormatError } from '../errors.ts'
import { writeJson } from '../json.ts'
import type { GatewayOptions, Log } from '../types.ts'
import type { ReadRequest } from '../planning/document-cache.ts'
import type { OperationPipeline } from './pipeline.ts'
import type { Scope } from '../subgraphs/scope.ts'
import { statusFor } from './status.ts'
import type { SupergraphInForce } from '../supergraph/supergraph.ts'

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Apollo Server over Apollo Gateway. Apollo Gateway checks each supergraph as it loads it. Apollo Server has the rules
 * for GET (which parameters, once each, queries only, a header against CSRF), and explains what is wrong with a
 * request that is no GraphQL request. `operations` executes what can be executed, as for every other transport.
 */
export interface Apollo extends AsyncDisposable {
  answer(
    request: Omit<HTTPGraphQLRequest, 'headers'> & { headers: Iterable<[string, string]> },
    scope: Scope,
    /** Undefined if there is nothing to execute. */
    read: ReadRequest | undefined,
    accept: string | undefined,
  ): Promise<HttpAnswer>
  /** Throws if Apollo Gateway rejects the supergraph. */
  reload(supergraph: SupergraphInForce): void
}

interface Dependencies {
  readonly supergraph: SupergraphInForce
  readonly operations: OperationPipeline
  readonly options: Pick<GatewayOptions<unknown>, 'introspection'>
  readonly formatError: FormatError
  readonly log: Log
}

interface Context {
  readonly scope: Scope
  readonly read: ReadRequest | undefined
  readonly accept: string | undefined
}

export async function openApollo({ supergraph, operations, options, formatError, log }: Dependencies): Promise<Apollo> {
  const logger = apolloLogger(log)
  /** The id of the current request: Apollo calls `formatError` without it. */
  const requestIds = new AsyncLocalStorage<string>()
  let update: ((sdl: string) => void) | undefined
  const gateway = withoutTelemetry(
    () =>
      new ApolloGateway({
        logger,
        __exposeQueryPlanExperimental: false,
        buildService: () => unusedService,
        supergraphSdl: async (hooks) => {
          update = hooks.update
          return { supergraphSdl: supergraph.sdlForApollo }
        },
      }),
  )
  const server = new ApolloServer<Context>({
    gateway: {
      async load(given) {
        await gateway.load(given)
        return {
          executor: () => Promise.reject(new Error('Apollo Server must not execute an operation: the pipeline does.')),
        }
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
    // `operations` parses and validates the documents: Apollo Server keeps none of them.
    documentStore: null,
    dangerouslyDisableValidation: true,
    stringifyResult: writeJson,
    formatError: (_formatted, error) => formatError(error, requestIds.getStore() ?? ''),
    plugins: [
      executeBy(operations),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  })
  await server.start()

  return {
    async answer({ headers, ...request }, scope, read, accept) {
      const answer = await requestIds.run(scope.requestId, () =>
        server.executeHTTPGraphQLRequest({
          httpGraphQLRequest: { ...request, headers: new HeaderMap(headers) },
          context: async () => ({ scope, read, accept }),
        }),
      )
      if (answer.body.kind !== 'complete')
        throw new Error('Apollo Server answered in chunks, where one complete body was expected.')
      return { status: answer.status ?? 200, headers: Object.fromEntries(answer.headers), body: answer.body.string }
    },
    reload: (next) => update?.(next.sdlForApollo),
    [Symbol.asyncDispose]: () => server.stop(),
  }
}

function executeBy(operations: OperationPipeline): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      async didResolveSource(request) {
        // Apollo Server parses the query unless a document is set here.
        const { document } = request.contextValue.read ?? {}
        if (document) (request as { document?: DocumentNode }).document = document
      },
      async responseForOperation({ contextValue: { scope, read, accept } }) {
        if (!read) return null
        const { status, headers, result } = await operations.execute(read, scope, 'http')
        return {
          http: { status: statusFor(status, accept), headers: new HeaderMap(Object.entries(headers)) },
          body: { kind: 'single', singleResult: result },
        }
      },
    }),
  }
}

/** ApolloGateway needs a service for each subgraph, but must never call one. */
const unusedService: ServiceMap[string] = {
  process: () => Promise.reject(new Error('Apollo Gateway must not ask a subgraph: the compiled plan does.')),
}

function apolloLogger(log: Log) {
  return {
    debug: (message?: unknown) => log.debug(String(message)),
    info: (message?: unknown) => log.info(String(message)),
    warn: (message?: unknown) => log.warn(String(message)),
    error: (message?: unknown) => log.error(String(message)),
  }
}

/**
 * ApolloGateway reads this variable in its constructor. Without it, it starts an exporter that looks for cloud
 * metadata servers and reports to Apollo every hour. A self-hosted gateway must not call third parties.
 */
function withoutTelemetry<T>(make: () => T): T {
  /* eslint-disable no-restricted-syntax -- ApolloGateway has no other switch */
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
