import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  execute,
  getOperationAST,
  isScalarType,
  Kind,
  OperationTypeNode,
  parse,
  subscribe,
  validate,
  valueFromASTUntyped,
  type ExecutionResult,
  type GraphQLSchema,
  type ValueNode,
} from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer, type WebSocket } from 'ws'
import type { LocalSubgraph } from '../../../../gateway/core/index.ts'
import { digits, numbersOf, readDigits, textsOf, withBigInts, writeDigits } from '../../support/digits.ts'
import { resolvers } from './resolvers.ts'
import { subgraphNames, typeDefs, type SubgraphName } from './schema.ts'
import { makeTopics, type Topics } from './topics.ts'

interface GraphRequest {
  readonly query: string
  readonly operationName?: string | null
  readonly variables?: Readonly<Record<string, unknown>> | null
}

/** How a subgraph answers over HTTP until it is told otherwise. Streams are not touched by it. */
export type Answering =
  /** As it should. */
  | { readonly how: 'normally' }
  /** With this status, and a body that is no GraphQL result. */
  | { readonly how: 'status'; readonly status: number }
  /** With this body. */
  | { readonly how: 'body'; readonly body: string }
  /** Never. */
  | { readonly how: 'hang' }
  /** By breaking the connection. */
  | { readonly how: 'reset' }
  /** With this in place of the result that it has for what was asked; null for the result as it is. */
  | { readonly how: 'rewrite'; readonly rewrite: (result: ExecutionResult, asked: string) => HttpBody | null }
  /** Normally, but the request of this number (from 0, since it was told) and text only when `release` resolves. */
  | { readonly how: 'late'; readonly release: (number: number, text: string) => Promise<void> }

/** A message of the socket's protocol as the subgraph would send it. */
export interface Frame {
  readonly type: string
  readonly id?: string
  readonly payload?: unknown
}

/**
 * What goes over a socket in place of a message: texts, none of them for none, or null for the message as it is. `asked` is
 * the JSON of what its stream was asked for; where the message is about no stream, of the upgrade request's headers. The
 * frame `upgraded` is no message: it stands for what is said before anything was asked. `say` says something later.
 */
export type Rewrite = (frame: Frame, asked: string, say: (text: string) => void) => readonly string[] | null

export interface HttpBody {
  readonly body: string | Buffer
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

export interface Subgraph extends Topics {
  readonly name: SubgraphName
  readonly url: string
  /** For a gateway in this process. */
  readonly local: LocalSubgraph
  /** What was asked, streams aside. */
  readonly requests: { readonly query: string; readonly headers: IncomingHttpHeaders; aborted: boolean }[]
  answer(answering: Answering): void
  /** How it speaks on sockets until it is told otherwise; null for properly. */
  speak(rewrite: Rewrite | null): void
  /** The headers of upgrade requests that came. */
  readonly upgrades: readonly IncomingHttpHeaders[]
  /** Connections that carry streams: sockets and event-stream responses. */
  connections(): number
  /** Breaks every connection, as a network would; new ones are accepted. */
  drop(): void
  /** Ends like a process that is killed: nobody is told, nothing listens. */
  stop(): Promise<void>
  /** Listens again, where it was. */
  start(): Promise<void>
}

/** One subgraph: GraphQL by POST, streams over graphql-transport-ws and, by POST or GET, as `text/event-stream`. */
export async function startSubgraph(name: SubgraphName): Promise<Subgraph> {
  const topics = makeTopics()
  const schema = schemaOf(name, topics)
  const requests: Subgraph['requests'] = []
  const responses = new Set<ServerResponse>()
  /** Those that never get an answer; broken off when another way of answering begins, so that no gateway waits on. */
  const held = new Set<ServerResponse>()
  let answering: Answering = { how: 'normally' }
  let told = 0
  let rewrite: Rewrite | null = null
  const upgrades: IncomingHttpHeaders[] = []
  let running: Awaited<ReturnType<typeof listen>> | undefined
  let port = 0

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = await readRequest(request)
    const document = parse(asked.query)
    const operation = getOperationAST(document, asked.operationName)
    if (operation?.operation === OperationTypeNode.SUBSCRIPTION) {
      return streamTo(response, () => stream(asked, request.headers))
    }
    const { record, number } = note(asked, request.headers)
    response.once('close', () => (record.aborted = !response.writableEnded))
    switch (answering.how) {
      case 'hang':
        held.add(response)
        return
      case 'reset':
        return void request.socket.resetAndDestroy()
      case 'status':
        return void response.writeHead(answering.status, { 'content-type': 'text/plain' }).end('Out of order.')
      case 'body':
        return void response.writeHead(200, { 'content-type': 'application/json' }).end(answering.body)
      case 'late':
        await answering.release(number, JSON.stringify(asked))
        break
      case 'rewrite': {
        const written = answering.rewrite(plain(await run(asked)), asked.query)
        if (!written) break
        const { body, status = 200, headers: more = {} } = written
        return void response.writeHead(status, { 'content-type': 'application/json', ...more }).end(body)
      }
      case 'normally':
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(writeDigits(await run(asked)))
  }

  const note = ({ query }: GraphRequest, headers: IncomingHttpHeaders) => {
    const record = { query, headers, aborted: false }
    requests.push(record)
    return { record, number: told++ }
  }

  const run = async ({ query, variables, operationName }: GraphRequest): Promise<ExecutionResult> => {
    const document = parse(query)
    const invalid = validate(schema, document)
    return invalid.length > 0
      ? { errors: invalid }
      : execute({ schema, document, variableValues: variables, operationName })
  }

  const answerLocally = async (asked: GraphRequest, number: number): Promise<ExecutionResult> => {
    switch (answering.how) {
      case 'hang':
        return new Promise(() => {})
      case 'reset':
      case 'status':
        throw new Error('Out of order.')
      case 'body':
        if (!answering.body.includes('"errors"')) throw new Error('Out of order.')
        return JSON.parse(answering.body) as ExecutionResult
      case 'late':
        await answering.release(number, JSON.stringify(asked))
        break
      case 'rewrite': {
        const written = answering.rewrite(plain(await run(asked)), asked.query)
        if (written) return JSON.parse(written.body.toString()) as ExecutionResult
        break
      }
      case 'normally':
    }
    return withBigInts(await run(asked)) as ExecutionResult
  }

  /** The same without a network: what would be no GraphQL result is an error that is thrown. */
  const local: LocalSubgraph = {
    async execute(asked, headers, signal) {
      const { record, number } = note(asked, headers)
      let onAbort = () => {}
      const leave = new Promise<never>((_, reject) => {
        onAbort = () => {
          record.aborted = true
          reject(new Error('Given up.'))
        }
      })
      signal.addEventListener('abort', onAbort)
      try {
        return await Promise.race([leave, answerLocally(asked, number)])
      } finally {
        signal.removeEventListener('abort', onAbort)
      }
    },
    async subscribe(asked, headers) {
      const opened = await stream(asked, headers)
      return Symbol.asyncIterator in opened ? inBigInts(opened) : opened
    },
  }

  async function stream({ query, variables, operationName }: GraphRequest, headers: object) {
    const document = parse(query)
    const invalid = validate(schema, document)
    if (invalid.length > 0) return { errors: invalid }
    return subscribe({ schema, document, variableValues: variables, operationName, contextValue: { headers } })
  }

  const streamTo = async (
    response: ServerResponse,
    open: () => Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>,
  ) => {
    const opened = await open()
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    const next = (result: unknown) => response.write(`event: next\ndata: ${writeDigits(result)}\n\n`)
    // Else the head waits for the first event.
    response.write(':\n\n')
    responses.add(response)
    response.once('close', () => responses.delete(response))
    if (Symbol.asyncIterator in opened) {
      response.once('close', () => void opened.return?.())
      try {
        for await (const result of opened) next(result)
      } catch (error) {
        next({ errors: [{ message: (error as Error).message }] })
      }
    } else {
      next(opened)
    }
    response.end('event: complete\ndata: \n\n')
  }

  const listen = async () => {
    const http = createServer((request, response) => {
      handle(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy()
        else response.writeHead(500).end(String(error))
      })
    })
    const sockets = new WebSocketServer({ server: http })
    sockets.on('connection', (socket, request) => {
      upgrades.push(request.headers)
      speakDigits(socket)
      rewriteSent(socket, request.headers, () => rewrite)
    })
    const protocol = useServer<Record<string, unknown>, { request: IncomingMessage }>(
      {
        schema,
        // Some gateways say it in the handshake, some in connection_init, some with each operation.
        context: ({ connectionParams, extra }, _id, { extensions }) => ({
          headers: {
            ...extra.request.headers,
            ...connectionParams,
            ...(extensions?.['headers'] as object | undefined),
          },
        }),
      },
      sockets,
    )
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject).listen(port, '127.0.0.1', resolve)
    })
    port = (http.address() as AddressInfo).port
    const drop = () => {
      for (const socket of sockets.clients) socket.terminate()
      http.closeAllConnections()
    }
    return {
      sockets: () => sockets.clients.size,
      drop,
      async stop() {
        drop()
        const closed = new Promise((resolve) => http.close(resolve))
        await protocol.dispose()
        // What was accepted meanwhile.
        drop()
        await closed
      },
    }
  }

  running = await listen()
  return {
    ...topics,
    name,
    url: `http://127.0.0.1:${port}/graphql`,
    local,
    requests,
    answer(next) {
      answering = next
      told = 0
      for (const response of held) response.destroy()
      held.clear()
    },
    speak: (next) => void (rewrite = next),
    upgrades,
    connections: () => (running?.sockets() ?? 0) + responses.size,
    drop: () => running?.drop(),
    async stop() {
      const stopping = running
      running = undefined
      await stopping?.stop()
    },
    async start() {
      running ??= await listen()
    },
  }
}

/** As it comes out of JSON. */
const plain = (result: ExecutionResult) => JSON.parse(JSON.stringify(result)) as ExecutionResult

/** Every message of the socket goes by here, whatever writes it. */
function rewriteSent(socket: WebSocket, headers: IncomingHttpHeaders, rewrite: () => Rewrite | null): void {
  const asked = new Map([['', JSON.stringify(headers)]])
  socket.on('message', (data: Buffer) => {
    const { id, type, payload } = JSON.parse(data.toString()) as Frame
    if (type === 'subscribe' && id !== undefined) asked.set(id, JSON.stringify(payload))
  })
  const send = socket.send.bind(socket) as (text: string, done?: (error?: Error) => void) => void
  const sendRewritten = (text: string, done?: (error?: Error) => void) => {
    const frame = JSON.parse(text) as Frame
    const texts = rewrite()?.(frame, asked.get(frame.id ?? '') ?? '', send) ?? [text]
    for (const one of texts) send(one)
    done?.()
  }
  socket.send = sendRewritten as WebSocket['send']
  for (const one of rewrite()?.({ type: 'upgraded' }, JSON.stringify(headers), send) ?? []) send(one)
}

/** By POST, or by GET as browsers' EventSource must. */
async function readRequest(request: IncomingMessage): Promise<GraphRequest> {
  if (request.method === 'GET') {
    const {
      query = '',
      operationName,
      variables = '{}',
    } = Object.fromEntries(new URL(request.url ?? '/', 'http://subgraph').searchParams)
    return { query, operationName: operationName ?? null, variables: readDigits(variables) as Record<string, unknown> }
  }
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return readDigits(body) as GraphRequest
}

function schemaOf(name: SubgraphName, topics: Topics): GraphQLSchema {
  const own = { ...resolvers[name] }
  if (name === 'orders') own['Subscription'] = subscriptionResolvers(topics)
  const schema = buildSubgraphSchema({ typeDefs: parse(typeDefs[name]), resolvers: own as never })
  const amount = schema.getType('Amount')
  if (isScalarType(amount)) {
    amount.parseValue = withDigits
    amount.parseLiteral = (node) => valueOfLiteral(node)
  }
  return schema
}

/** A bigint is what a gateway says in this process. */
function withDigits(value: unknown): unknown {
  if (typeof value === 'bigint') return digits(value.toString())
  if (Array.isArray(value)) return value.map(withDigits)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withDigits(one)]))
}

function valueOfLiteral(node: ValueNode): unknown {
  switch (node.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      return readDigits(node.value)
    case Kind.ENUM:
      return `the name ${node.value}`
    case Kind.LIST:
      return node.values.map(valueOfLiteral)
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, valueOfLiteral(value)]))
    default:
      return valueFromASTUntyped(node)
  }
}

/** Not a generator, whose `return` waits for the event that is asked for. */
function inBigInts(stream: AsyncIterableIterator<ExecutionResult>): AsyncIterableIterator<ExecutionResult> {
  return {
    async next() {
      const { done, value } = (await stream.next()) as IteratorResult<ExecutionResult, undefined>
      return done ? { done, value } : { done: false, value: withBigInts(value) as ExecutionResult }
    },
    return: async () => (await stream.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/** Keeps all digits of numbers: graphql-ws reads and writes JavaScript numbers, so texts stand in for them inside the server. */
function speakDigits(socket: WebSocket): void {
  const send = socket.send.bind(socket) as (...args: unknown[]) => void
  const emit = socket.emit.bind(socket) as (...args: unknown[]) => boolean
  socket.send = (data: unknown, ...rest: unknown[]) => send(typeof data === 'string' ? numbersOf(data) : data, ...rest)
  socket.emit = (event: string | symbol, ...args: unknown[]) =>
    emit(event, ...(event === 'message' ? [Buffer.from(textsOf(String(args[0]))), ...args.slice(1)] : args))
}

/** Each root field of a subscription gives what a case publishes under its name. */
function subscriptionResolvers(topics: Topics): Record<string, unknown> {
  const fields = /type Subscription \{([^}]*)\}/.exec(typeDefs.orders)?.[1] ?? ''
  const names = [...fields.matchAll(/^\s*(\w+)\(/gm)].map((match) => match[1] ?? '')
  return Object.fromEntries(
    names.map((field) => [
      field,
      {
        subscribe(_: unknown, { shop }: { shop: string }, { headers }: { headers: Record<string, unknown> }) {
          if (field === 'refused') throw new Error('No stream of this.')
          return topics.stream(field, shop, headers)
        },
        resolve: (event: unknown) => event,
      },
    ]),
  )
}

export type Subgraphs = Readonly<Record<SubgraphName, Subgraph>>

export async function startSubgraphs(): Promise<Subgraphs & AsyncDisposable> {
  const started = await Promise.all(subgraphNames.map(startSubgraph))
  const byName = Object.fromEntries(started.map((subgraph) => [subgraph.name, subgraph])) as unknown as Subgraphs
  return {
    ...byName,
    async [Symbol.asyncDispose]() {
      await Promise.all(started.map((subgraph) => subgraph.stop()))
    },
  }
}
