/** @apollo/server over @apollo/gateway, as its documentation starts it. */
import { readFileSync } from 'node:fs'
import { ApolloGateway } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { given, listening } from '../harness/serve.mjs'
import { undiciSource } from './undici-source.mjs'

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(given.supergraph, 'utf8'),
  ...(given.undici && { buildService: ({ url }) => undiciSource(url) }),
})
const server = new ApolloServer({ gateway })
const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } })
listening({ url })
