/** Hive Gateway's runtime, with its own planner or the one in Rust; towards the subgraphs fetch, and graphql-ws for events. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createGatewayRuntime, getGraphQLWSOptions } from '@graphql-hive/gateway-runtime'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { given, listening } from '../harness/serve.mjs'

const gateway = createGatewayRuntime({
  supergraph: readFileSync(given.supergraph, 'utf8'),
  logging: 'warn',
  ...(given.rust && { unifiedGraphHandler: (await import('@graphql-hive/router-runtime')).unifiedGraphHandler }),
  transportEntries: {
    '*.http': { options: { subscriptions: { kind: 'ws', location: '/graphql' } } },
  },
})
// It loads the supergraph with the first request over HTTP, and a socket before that fails.
await gateway.fetch('http://localhost/graphql?query={__typename}')
const server = createServer(gateway)
useServer(
  getGraphQLWSOptions(gateway, (context) => ({
    socket: context.extra.socket,
    connectionParams: context.connectionParams,
  })),
  new WebSocketServer({ server, path: '/graphql' }),
)
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address()
  listening({ url: `http://127.0.0.1:${port}/graphql`, wsUrl: `ws://127.0.0.1:${port}/graphql` })
})
