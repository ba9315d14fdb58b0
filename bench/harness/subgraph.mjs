/**
 * One subgraph in a process of its own: `given.name` of world.mjs over HTTP and, for subscriptions, graphql-transport-ws.
 * What it answered once is kept as bytes by the request's body, and an event is made JSON once per document, so that it
 * takes as little as can be of the machine; what it answers is what graphql-js says.
 */
import { createServer } from 'node:http'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { execute, executeSync, parse } from 'graphql'
import { WebSocketServer } from 'ws'
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
    Group: { title: ({ id }) => world.title(id), memberCount: ({ id }) => world.memberCount(id) },
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

/** Topic (a root field and its argument) to document to whoever subscribed with it. */
const topics = new Map()

function topicOf({ query, variables = {} }) {
  const [{ selectionSet }] = documentOf(query).definitions
  const [field] = selectionSet.selections
  const [{ value }] = field.arguments
  return `${field.name.value}:${value.kind === 'Variable' ? variables[value.name.value] : value.value}`
}

function subscribe(subscriber) {
  const { request } = subscriber
  const topic = topicOf(request)
  const byDocument = topics.get(topic) ?? new Map()
  const subscribers = byDocument.get(request.query) ?? new Set()
  topics.set(topic, byDocument.set(request.query, subscribers.add(subscriber)))
  return () => {
    subscribers.delete(subscriber)
    if (subscribers.size === 0) byDocument.delete(request.query)
    if (byDocument.size === 0) topics.delete(topic)
  }
}

/** Each is `[topic, number of the message]`. */
function emit(events) {
  const made = new Map()
  const payloadOf = ({ query, variables }, index) => {
    const key = `${index} ${query}`
    return made.get(key) ?? made.set(key, execution(query, variables, index)).get(key)
  }
  for (const [topic, index] of events) {
    for (const subscribers of topics.get(topic)?.values() ?? []) {
      const [{ request }] = subscribers
      const payload = payloadOf(request, index)
      for (const { socket, id } of subscribers) socket.send(`{"id":"${id}","type":"next","payload":${payload}}`)
    }
  }
}

/** Its arguments chose the topic; the event is the same for whoever hears it. */
function execution(query, variableValues, index) {
  const message = world.message('g', index)
  const rootValue = { inbox: message, room: message }
  return JSON.stringify(executeSync({ schema, document: documentOf(query), variableValues, rootValue }))
}

const webSockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'graphql-transport-ws' })
server.on('upgrade', (request, socket, head) => {
  webSockets.handleUpgrade(request, socket, head, request.url === '/control' ? control : serve)
})

function control(socket) {
  socket.on('message', (data) => emit(JSON.parse(data)))
}

function serve(socket) {
  const running = new Map()
  socket.on('message', (data) => {
    const { type, id, payload } = JSON.parse(data)
    if (type === 'connection_init') socket.send('{"type":"connection_ack"}')
    else if (type === 'ping') socket.send('{"type":"pong"}')
    else if (type === 'subscribe') running.set(id, subscribe({ socket, id, request: payload }))
    else if (type === 'complete') (running.get(id)?.(), running.delete(id))
  })
  socket.on('error', () => {})
  socket.on('close', () => running.forEach((stop) => stop()))
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address()
  const ws = `ws://127.0.0.1:${port}`
  listening({ url: `http://127.0.0.1:${port}/graphql`, wsUrl: `${ws}/graphql`, controlUrl: `${ws}/control` })
})
