/** Mercurius as a gateway of Federation 1: it reads the subgraphs' own SDL instead of a supergraph. */
import mercuriusGateway from '@mercuriusjs/gateway'
import fastify from 'fastify'
import { given, listening } from '../harness/serve.mjs'

const app = fastify()
await app.register(mercuriusGateway, {
  subscription: true,
  ...(given.jit && { jit: 1 }),
  gateway: {
    services: Object.entries(given.subgraphs).map(([name, { url, wsUrl }]) => ({
      name,
      url,
      wsUrl,
      connections: 64,
    })),
  },
})
const address = await app.listen({ host: '127.0.0.1', port: 0 })
listening({ url: `${address}/graphql`, wsUrl: `${address.replace(/^http/, 'ws')}/graphql` })
