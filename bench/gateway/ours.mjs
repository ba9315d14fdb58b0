/**
 * The built core of this gateway, nothing in front of it, everybody allowed. A socket's identity is what its client says
 * in connection_init: as many identities as sockets.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { given, listening } from '../harness/serve.mjs'

const { openGateway } = await import(given.core)
const gateway = await openGateway({
  supergraphSdl: readFileSync(given.supergraph, 'utf8'),
  subgraphs: (name) => ({ kind: 'remote', ...given.subgraphs[name] }),
  authenticate: async ({ headers, connectionParams }) =>
    String(connectionParams?.authorization ?? headers.authorization),
  identityOf: (who) => who,
  // All clients of a bench are on this machine.
  limits: { maxConnectionsPerAddress: Infinity, maxUnreadyPerAddress: Infinity, maxWaitingBytesPerAddress: Infinity },
})
const server = createServer()
gateway.attach(server)
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address()
  listening({ url: `http://127.0.0.1:${port}/graphql`, wsUrl: `ws://127.0.0.1:${port}/graphql` })
})
