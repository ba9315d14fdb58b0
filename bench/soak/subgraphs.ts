import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { composeServices } from '@apollo/composition'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { execute, type GraphQLSchema, parse } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'

const ticks = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
    @link(url: "https://example.org/resumable/v1.0", import: ["@resumable"])
    @composeDirective(name: "@resumable")
  directive @resumable(argument: String!, cursor: String!) on FIELD_DEFINITION
  type Query { now: Int! }
  type Subscription { ticks(channel: ID!, after: String): Tick! @resumable(argument: "after", cursor: "cursor") }
  type Tick { cursor: String! channel: ID! author: Person! }
  type Person @key(fields: "id") { id: ID! }`

const people = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { nobody: Person }
  type Person @key(fields: "id") { id: ID! name: String! }`

interface Tick {
  readonly ticks: { cursor: string; channel: string; author: { id: string } }
}

export interface Subgraphs extends AsyncDisposable {
  readonly supergraphSdl: string
  /** Sends the next tick to every channel, and returns its number. */
  tick(): number
  /** The number of open streams. */
  readonly streams: () => number
}

/** The author of tick `number` of a channel: a reader checks the name in the event with it. */
export const authorOf = (channel: string, number: number) => `${channel}-${number % 10}`
export const nameOf = (author: string) => `name of ${author}`

/**
 * Starts two subgraphs over HTTP and graphql-ws: one streams ticks, the other has the names of their authors. The ticks
 * of a channel are numbered without a gap and can be made again, so a resumed stream gets the ticks that it missed.
 */
export async function startSubgraphs(): Promise<Subgraphs> {
  let latest = 0
  const listeners = new Set<() => void>()
  const tickOf = (channel: string, number: number): Tick => ({
    ticks: { cursor: String(number), channel, author: { id: authorOf(channel, number) } },
  })
  const stream = (channel: string, after: string | undefined): AsyncIterableIterator<Tick> => {
    let next = after === undefined ? latest : Number(after) + 1
    let over = false
    let wake = () => {}
    const listener = () => wake()
    listeners.add(listener)
    const end = () => {
      over = true
      listeners.delete(listener)
      wake()
    }
    return {
      async next() {
        while (!over && next > latest) await new Promise<void>((resolve) => (wake = resolve))
        return over ? { done: true, value: undefined } : { done: false, value: tickOf(channel, next++) }
      },
      async return() {
        end()
        return { done: true, value: undefined }
      },
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }
  const schemas = {
    ticks: buildSubgraphSchema({
      typeDefs: parse(ticks),
      resolvers: {
        Query: { now: () => latest },
        Subscription: {
          ticks: {
            subscribe: (_: unknown, { channel, after }: { channel: string; after?: string }) => stream(channel, after),
          },
        },
      },
    }),
    people: buildSubgraphSchema({
      typeDefs: parse(people),
      resolvers: { Person: { __resolveReference: ({ id }: { id: string }) => ({ id, name: nameOf(id) }) } },
    }),
  }
  const servers = { ticks: await serve(schemas.ticks), people: await serve(schemas.people) }
  const composed = composeServices([
    { name: 'ticks', url: servers.ticks.url, typeDefs: parse(ticks) },
    { name: 'people', url: servers.people.url, typeDefs: parse(people) },
  ])
  if (!composed.supergraphSdl) throw new Error(composed.errors?.map(({ message }) => message).join('\n'))
  return {
    supergraphSdl: composed.supergraphSdl,
    tick() {
      latest++
      for (const listener of listeners) listener()
      return latest
    },
    streams: () => listeners.size,
    async [Symbol.asyncDispose]() {
      await Promise.all([servers.ticks.stop(), servers.people.stop()])
    },
  }
}

async function serve(schema: GraphQLSchema) {
  const documents = new Map<string, ReturnType<typeof parse>>()
  const documentOf = (query: string) => {
    const document = documents.get(query) ?? parse(query)
    documents.set(query, document)
    return document
  }
  const http = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as {
        query: string
        variables?: Record<string, unknown>
      }
      void Promise.resolve(execute({ schema, document: documentOf(query), variableValues: variables ?? {} })).then(
        (result) => response.setHeader('content-type', 'application/json').end(JSON.stringify(result)),
      )
    })
  })
  const sockets = new WebSocketServer({ server: http })
  const gql = useServer({ schema }, sockets)
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`,
    async stop() {
      for (const socket of sockets.clients) socket.terminate()
      await gql.dispose()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}
