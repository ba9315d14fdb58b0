import type { IncomingMessage } from 'node:http'
import { GraphQLError, OperationTypeNode, type GraphQLFormattedError } from 'graphql'
import { WebSocket, type RawData } from 'ws'
import { codedError } from '../errors.ts'
import type { ReadRequest } from '../planning/document-cache.ts'
import { parseExactly, writeJson } from '../json.ts'
import { safely } from '../safely.ts'
import { makeCancellation, type Cancellation } from '../subgraphs/cancellation.ts'
import { Payload } from '../subscriptions/frames.ts'
import type { StreamPosition } from '../subscriptions/subscriber.ts'
import type { GraphRequest } from '../types.ts'
import type { Client } from './clients.ts'
import type { TransportDependencies } from './dependencies.ts'
import { CloseCode, closeCodeOf, limitedReason, parseMessage, type ClientMessage } from './messages.ts'
import { SocketOperation, type OperationSocket } from './socket-operation.ts'
import type { SocketWriter } from './socket-writer.ts'

type Phase = 'waiting' | 'authenticating' | 'ready' | 'closed'

/**
 * The server's side of graphql-transport-ws for one socket. The server of the `graphql-ws` package is not used,
 * because it serialises each event once per socket.
 *
 * A class, because there are tens of thousands of instances, and they share the methods of a prototype.
 */
export class Connection implements OperationSocket, Client {
  readonly #deps: TransportDependencies
  readonly #socket: WebSocket
  readonly #writer: SocketWriter
  readonly #requestId: string
  readonly #closed: (connection: Connection) => void
  readonly #running = new Map<string, SocketOperation>()
  #phase: Phase = 'waiting'
  /** Kept until the client is authenticated: the headers are larger than the rest of the connection. */
  #upgrade: IncomingMessage | null
  #timer: NodeJS.Timeout | undefined
  /** Set only while the client is being authenticated. */
  #cancellation: (Cancellation & { cancel(): void }) | null = null
  #forget: (() => unknown) | null = null
  #answered = true
  /** When the frames so far would have ended if they had come at the rate of `maxFramesPerSecond`. */
  #framesDueMs = 0
  #context: unknown = undefined
  #identity = ''
  #forwarded: Readonly<Record<string, string>> = {}

  /** `closed` is called after the socket has closed and all its operations have stopped. */
  constructor(
    socket: WebSocket,
    writer: SocketWriter,
    upgrade: IncomingMessage,
    deps: TransportDependencies,
    closed: (connection: Connection) => void,
  ) {
    this.#socket = socket
    this.#writer = writer
    this.#upgrade = upgrade
    this.#deps = deps
    this.#closed = closed
    this.#requestId = deps.requestId(upgrade.headers)
    this.#timer = setTimeout(() => {
      this.#safely(() => this.close(CloseCode.InitTimeout, 'Connection initialisation timeout'))
    }, deps.limits.connectionInitWaitMs)
    socket.on('message', (data, isBinary) => this.#safely(() => this.#frame() && this.#message(data, isBinary)))
    socket.on('ping', () => this.#safely(() => this.#frame()))
    socket.on('pong', () => this.#safely(() => this.#frame() && this.#pong()))
    socket.on('error', (error) => deps.log.debug('A socket failed.', { requestId: this.#requestId, error }))
    socket.on('close', () => {
      clearTimeout(this.#timer)
      this.#safely(() => this.#stopAll())
      this.#closed(this)
    })
  }

  /** A fault while a client's message is handled closes that client's socket and no other. */
  #safely(handle: () => void): void {
    safely(this.#deps.log, 'a socket', handle, () => this.#end(CloseCode.InternalError, 'Internal server error'))
  }

  failed(error: unknown): void {
    this.#safely(() => {
      throw error
    })
  }

  get context(): unknown {
    return this.#context
  }

  get identity(): string {
    return this.#identity
  }

  get forwarded(): Readonly<Record<string, string>> {
    return this.#forwarded
  }

  get answered(): boolean {
    return this.#answered
  }

  /** Sends a ping. Cuts the connection if the last ping was not answered. */
  ping(): void {
    if (this.#phase === 'closed') return
    if (!this.#answered) return this.#socket.terminate()
    this.#answered = false
    this.#socket.ping()
  }

  /** Counts one frame. False if the client has sent too many. */
  #frame(): boolean {
    const { limits, metrics } = this.#deps
    const now = performance.now()
    const spacingMs = 1_000 / limits.maxFramesPerSecond
    this.#framesDueMs = Math.max(this.#framesDueMs, now) + spacingMs
    const isTooMuch = this.#framesDueMs - now > limits.maxFramesAtOnce * spacingMs
    if (!isTooMuch || this.#phase === 'closed') return !isTooMuch
    metrics.count('gateway_frame_floods_total')
    this.close(CloseCode.TryAgainLater, 'Too many messages: send fewer per second.')
    // Reading the rest of a flood would cost as much as answering it. The close frame is still sent.
    this.#socket.pause()
    return false
  }

  #pong(): void {
    this.#answered = true
    for (const operation of this.#running.values()) operation.ponged()
  }

  close(code: number, reason: string): void {
    if (this.#phase === 'closed') return
    this.#end(code, reason)
    this.#deps.metrics.count('gateway_closed_sockets_total', { code: String(code) })
  }

  #end(code: number, reason: string): void {
    this.#stopAll()
    this.#socket.close(code, limitedReason(reason))
    // Buffered data is sent first. A peer that reads nothing would keep the socket open for ever.
    this.#timer = setTimeout(() => this.#socket.terminate(), this.#deps.limits.closeWaitMs)
  }

  #stopAll(): void {
    this.#phase = 'closed'
    clearTimeout(this.#timer)
    this.#cancellation?.cancel()
    this.#forget?.()
    // An operation that fails to stop must not keep the others running.
    for (const operation of this.#running.values()) safely(this.#deps.log, 'an operation', () => operation.stop())
    this.#running.clear()
    this.#writer.runs(0)
  }

  next(operation: SocketOperation, payload: Payload, position: StreamPosition | null): void {
    // Nothing may follow a close frame, and `ws` has sent its own if the client began to close.
    if (this.#phase === 'closed' || this.#socket.readyState !== WebSocket.OPEN) return
    this.#writer.event(operation.head, payload, operation, position)
    this.#mustKeepUp()
  }

  #write(message: string): void {
    if (this.#phase === 'closed') return
    this.#writer.text(message)
    this.#mustKeepUp()
  }

  /** Closes the socket of a client that reads too slowly, with a code that lets it resume. */
  #mustKeepUp(): void {
    const { limits, metrics } = this.#deps
    if (this.#writer.keepsUp(limits)) return
    metrics.count('gateway_slow_consumers_total', { transport: 'websocket' })
    this.close(CloseCode.TryAgainLater, 'Too slow: connect again and resume from your last cursor.')
  }

  finish(operation: SocketOperation, errors: readonly GraphQLFormattedError[] | null): void {
    const { id } = operation
    if (this.#running.get(id) !== operation) return
    this.#running.delete(id)
    this.#writer.runs(this.#running.size)
    this.#write(writeJson(errors ? { id, type: 'error', payload: errors } : { id, type: 'complete' }))
  }

  #start(id: string, asked: GraphRequest | GraphQLError, message: string): void {
    const { limits, accepting, admitOperation } = this.#deps
    const operation = new SocketOperation(id, this)
    this.#running.set(id, operation)
    const ofUser = this.#writer.runs(this.#running.size)
    if (this.#running.size > limits.maxOperationsPerSocket || !ofUser) {
      const message = `Too many operations ${ofUser ? 'run on this socket' : 'of yours run'}: complete one first.`
      return this.#fail(operation, [codedError('TOO_MANY_OPERATIONS', message)])
    }
    if (!accepting()) {
      return this.#fail(operation, [codedError('SHUTTING_DOWN', 'The gateway is restarting: connect again.')])
    }
    const done = admitOperation ? this.#admit(operation, asked, message) : this.#execute(operation, asked, message)
    done.catch((error: unknown) => this.#fail(operation, [error]))
  }

  async #admit(operation: SocketOperation, asked: GraphRequest | GraphQLError, message: string): Promise<void> {
    const errors = await this.#deps.admitOperation?.(this.#context)
    if (errors && errors.length > 0) return this.#fail(operation, errors)
    // The client may have completed the operation meanwhile.
    if (!operation.left) await this.#execute(operation, asked, message)
  }

  /** `message` is the text of the whole message. */
  async #execute(operation: SocketOperation, asked: GraphRequest | GraphQLError, message: string): Promise<void> {
    if (asked instanceof GraphQLError) return this.#fail(operation, [asked])
    const again = () => (parseExactly(message) as { payload: GraphRequest }).payload.variables
    const read = this.#deps.read(asked, this.#context, again)
    if ('errors' in read) return this.#fail(operation, read.errors)
    const subscription = read.operation.operation === OperationTypeNode.SUBSCRIPTION
    return subscription ? this.#subscribe(operation, read) : this.#once(operation, read)
  }

  #fail(operation: SocketOperation, errors: readonly unknown[]): void {
    const formatted = errors.map((error) => this.#deps.formatError(error, operation.requestId))
    this.finish(operation, formatted)
  }

  async #subscribe(operation: SocketOperation, read: ReadRequest): Promise<void> {
    const started = await this.#deps.subscriptions.start(read, operation)
    if ('errors' in started) this.#fail(operation, started.errors)
    else operation.started(started)
  }

  async #once(operation: SocketOperation, read: ReadRequest): Promise<void> {
    const { activity, operations } = this.#deps
    const done = activity.begin()
    try {
      const { result } = await operations.execute(read, operation, 'websocket')
      if (operation.left) return
      if (result.data === undefined && result.errors) return this.finish(operation, result.errors)
      this.next(operation, new Payload(result), null)
      this.finish(operation, null)
    } finally {
      done()
    }
  }

  async #initialise(upgrade: IncomingMessage, params: Readonly<Record<string, unknown>>): Promise<void> {
    const deps = this.#deps
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#phase = 'authenticating'
    this.#cancellation = makeCancellation()
    const admitted = await deps.clients.admit(
      {
        transport: 'websocket',
        method: 'WS',
        target: upgrade.url ?? '/',
        headers: upgrade.headers,
        rawHeaders: upgrade.rawHeaders,
        connectionParams: params,
        body: Buffer.alloc(0),
        remoteAddress: upgrade.socket.remoteAddress ?? '',
        requestId: this.#requestId,
      },
      this.#cancellation,
    )
    this.#cancellation = null
    this.#upgrade = null
    if (this.#isClosed()) return
    if (!('context' in admitted)) {
      return this.close(closeCodeOf(admitted.status), admitted.code)
    }
    if (!this.#writer.acknowledge(deps.userOf(admitted.context), deps.limits)) {
      return this.close(CloseCode.TryAgainLater, 'Too many connections of this user: close one, or try again later.')
    }
    this.#context = admitted.context
    this.#identity = deps.identityOf(admitted.context)
    this.#forwarded = deps.forwarded(upgrade.headers, params)
    this.#phase = 'ready'
    this.#forget = deps.clients.add(this)
    this.#write('{"type":"connection_ack"}')
  }

  /** A function, because the compiler does not see that the phase changes during an `await`. */
  #isClosed(): boolean {
    return this.#phase === 'closed'
  }

  #message(data: RawData, isBinary: boolean): void {
    if (this.#phase === 'closed') return
    const text = (data as Buffer).toString()
    let message: ClientMessage
    try {
      if (isBinary) throw new Error('A message must be a text frame, not binary.')
      message = parseMessage(text, this.#deps.limits)
    } catch (error) {
      return this.close(CloseCode.BadRequest, (error as Error).message)
    }
    this.#handle(message, text)
  }

  #handle(message: ClientMessage, text: string): void {
    switch (message.type) {
      case 'connection_init':
        if (this.#phase !== 'waiting' || !this.#upgrade) {
          return this.close(CloseCode.TooManyInits, 'Too many initialisation requests')
        }
        this.#initialise(this.#upgrade, message.payload ?? {}).catch((error: unknown) => {
          this.#deps.log.error('A connection could not be initialised.', { requestId: this.#requestId, error })
          this.close(CloseCode.InternalError, 'Internal server error')
        })
        return
      case 'ping':
        this.#writer.pong(message.pong)
        return this.#mustKeepUp()
      case 'pong':
        return
      case 'subscribe':
        if (this.#phase !== 'ready') return this.close(CloseCode.Unauthorized, 'Unauthorized')
        if (this.#running.has(message.id)) {
          return this.close(CloseCode.SubscriberExists, `Subscriber for ${message.id} already exists`)
        }
        return this.#start(message.id, message.request, text)
      case 'complete': {
        const operation = this.#running.get(message.id)
        this.#running.delete(message.id)
        this.#writer.runs(this.#running.size)
        return operation?.stop()
      }
    }
  }
}
