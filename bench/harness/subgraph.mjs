/**
 * One subgraph in a process of its own: `given.name` of world.mjs over HTTP. What it answered once is kept as bytes by the
 * request's body, so that it costs its gateway's machine as little as can be; what it answers is what graphql-js says.
 */
import { createServer } from 'node:http'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { execute, parse } from 'graphql'
import { given, listening } from './serve.mjs'
import * as world from './world.mjs'

/** Answers kept. A gateway that puts requests together makes new bodies: the oldest answers give way to them. */
const MAX_ANSWERS = 20_000
const MAX_DOCUMENTS = 1_000

const resolvers = {
  chat: {
    Query: {
      conversations: (_, { viewer, first }) => world.conversations(viewer, first),
      messages: (_, { viewer, first }) => world.messages(viewer, first),
    },
  },
  users: {
    Query: { greeting: (_, { viewer }) => world.greeting(viewer) },
    User: { displayName: ({ id }) => world.displayName(id), avatarUrl: ({ id }) => world.avatarUrl(id) },
  },
  groups: {
    Query: { groupCount: () => 3 },
    User: { role: ({ id }) => world.role(id), online: ({ id }) => world.online(id) },
  },
}

const schema = buildSubgraphSchema({
  typeDefs: parse(world.federation1(given.name)),
  resolvers: resolvers[given.name],
})

const keep = (map, limit, key, value) => {
  if (map.size >= limit) map.delete(map.keys().next().value)
  map.set(key, value)
  return value
}

const documents = new Map()
const documentOf = (query) => documents.get(query) ?? keep(documents, MAX_DOCUMENTS, query, parse(query))

const answers = new Map()
async function answer(body) {
  const { query, variables, operationName } = JSON.parse(body)
  const result = await execute({ schema, document: documentOf(query), variableValues: variables, operationName })
  return keep(answers, MAX_ANSWERS, body, Buffer.from(JSON.stringify(result)))
}

const asAnswer = ({ message }) => Buffer.from(JSON.stringify({ errors: [{ message }] }))

const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', async () => {
    const body = Buffer.concat(chunks).toString()
    const bytes = answers.get(body) ?? (await answer(body).catch(asAnswer))
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes)
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address()
  listening({ url: `http://127.0.0.1:${port}/graphql`, wsUrl: `ws://127.0.0.1:${port}/graphql` })
})
