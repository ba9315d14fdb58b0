import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { OperationTypeNode, type GraphQLFormattedError } from 'graphql'
import type { RawData, WebSocket } from 'ws'
import { codedError } from '../errors.ts'
import { frameHead, makePayload, nextFrame, type Payload } from '../subscriptions/frames.ts'
import type { Mark, Reading } from '../subscriptions/shared-stream.ts'
import type { GraphRequest } from '../types.ts'
import type { Door } from './door.ts'
import { CloseCode, parseMessage, type ClientMessage } from './messages.ts'

/** RFC 6455, 5.5: a control frame's payload is at most 125 bytes, 2 of them the code. */
const MAX_REASON_BYTES = 123

type State =
  | { readonly phase: 'waiting' }
  | { readonly phase: 'authenticating' }
  | {
      readonly phase: 'ready'
      readonly context: unknown
      readonly identity: string
      readonly forwarded: Record<string, string>
    }
  | { readonly phase: 'closed' }

/** An operation on a socket. */
interface Running {
  readonly gone: AbortController
  reading?: Reading
  /** Written while a ping was unanswered: reported when the pong comes. */
  held?: Mark
}

/**
 * The server's side of graphql-transport-ws for one socket. Of our own rather than by the `graphql-ws` package, whose
 * server makes each event JSON once per socket. `closed` is called when nothing of it is left.
 */
export function openConnection(socket: WebSocket, upgrade: IncomingMessage, door: Door, closed: () => void) {
  const { limits, metrics } = door
  const requestId = door.requestId(upgrade.headers)
  const gone = new AbortController()
  const running = new Map<string, Running>()
  let state: State = { phase: 'waiting' }
  let forget: (() => unknown) | undefined
  let waitingFrames = 0
  let answered = true
  let cut: NodeJS.Timeout | undefined

  const initTimer = setTimeout(() => {
    close(CloseCode.InitTimeout, 'Connection initialisation timeout')
  }, limits.connectionInitWaitMs)
  const pinger = setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
  }, limits.pingIntervalMs)

  const stopAll = () => {
    state = { phase: 'closed' }
    clearTimeout(initTimer)
    clearInterval(pinger)
    gone.abort()
    forget?.()
    for (const id of [...running.keys()]) stop(id)
  }

  function close(code: number, reason: string): void {
    if (state.phase === 'closed') return
    metrics.count('gateway_closed_sockets_total', { code: String(code) })
    stopAll()
    socket.close(code, limited(reason))
    // What is buffered goes first, and a peer that takes nothing would hold it for ever.
    cut = setTimeout(() => socket.terminate(), limits.closeWaitMs)
  }

  const stop = (id: string) => {
    const operation = running.get(id)
    if (!operation) return
    running.delete(id)
    operation.gone.abort()
    operation.reading?.stop()
  }

  const sent = () => {
    waitingFrames--
  }

  /** Writes a frame; a client that does not take what it asked for is sent away, with a code that lets it resume. */
  const write = (frame: Buffer | string, written?: (error?: Error | null) => void) => {
    if (state.phase === 'closed') return
    waitingFrames++
    socket.send(frame, { binary: false }, written ?? sent)
    if (waitingFrames <= limits.maxWaitingEvents && socket.bufferedAmount <= limits.maxWaitingBytes) return
    metrics.count('gateway_slow_consumers_total', { transport: 'websocket' })
    close(CloseCode.TryAgainLater, 'Too slow: connect again and resume from your last cursor.')
  }

  const reach = (operation: Running, mark: Mark) => {
    if (answered) operation.reading?.reached(mark)
    else operation.held = mark
  }

  const finish = (id: string, errors: readonly GraphQLFormattedError[] | null) => {
    running.delete(id)
    write(JSON.stringify(errors ? { id, type: 'error', payload: errors } : { id, type: 'complete' }))
  }

  const subscribe = async (
    id: string,
    request: GraphRequest,
    operation: Running,
    ready: State & { phase: 'ready' },
  ) => {
    const head = frameHead(id)
    const scope = { ...ready, requestId: randomUUID(), signal: operation.gone.signal }
    const event = (payload: Payload, mark: Mark | null) => {
      const written = mark
        ? (error?: Error | null) => {
            sent()
            if (!error) reach(operation, mark)
          }
        : sent
      write(nextFrame(head, payload), written)
    }
    const end = (errors: readonly GraphQLFormattedError[] | null) => {
      if (running.get(id) === operation) finish(id, errors)
    }
    const started = await door.subscriptions.start(request, {
      scope,
      transport: 'websocket',
      identity: ready.identity,
      event,
      end,
    })
    if ('errors' in started) return end(started.errors.map((error) => door.formatError(error, scope.requestId)))
    operation.reading = started
    // It left while its rights were checked.
    if (running.get(id) !== operation) started.stop()
  }

  const once = async (id: string, request: GraphRequest, operation: Running, ready: State & { phase: 'ready' }) => {
    const done = door.activity.begin()
    try {
      const scope = { ...ready, requestId: randomUUID(), signal: operation.gone.signal }
      const result = await door.operations.once(request, scope, 'websocket')
      if (running.get(id) !== operation) return
      if (result.data === undefined && result.errors) return finish(id, result.errors)
      write(nextFrame(frameHead(id), makePayload(result)))
      finish(id, null)
    } finally {
      done()
    }
  }

  const start = (id: string, request: GraphRequest, ready: State & { phase: 'ready' }) => {
    const operation: Running = { gone: new AbortController() }
    running.set(id, operation)
    const fail = (error: unknown) => {
      if (running.get(id) === operation) finish(id, [door.formatError(error, requestId)])
    }
    if (running.size > limits.maxOperationsPerSocket) {
      return fail(codedError('TOO_MANY_OPERATIONS', 'Too many operations run on this socket: complete one first.'))
    }
    if (!door.accepting()) return fail(codedError('SHUTTING_DOWN', 'The gateway is restarting: connect again.'))
    const read = door.documents.read(request.query, request.operationName)
    if ('errors' in read) {
      return finish(
        id,
        read.errors.map((error) => door.formatError(error, requestId)),
      )
    }
    const run = read.operation.operation === OperationTypeNode.SUBSCRIPTION ? subscribe : once
    run(id, request, operation, ready).catch(fail)
  }

  const initialise = async (params: Readonly<Record<string, unknown>>) => {
    clearTimeout(initTimer)
    state = { phase: 'authenticating' }
    const admitted = await door.clients.admit(
      {
        transport: 'websocket',
        method: 'WS',
        target: upgrade.url ?? '/',
        headers: upgrade.headers,
        rawHeaders: upgrade.rawHeaders,
        connectionParams: params,
        body: Buffer.alloc(0),
        remoteAddress: upgrade.socket.remoteAddress ?? '',
        requestId,
      },
      gone.signal,
    )
    if (isClosed()) return
    if (!('context' in admitted)) {
      if (admitted.status === 500) return close(CloseCode.InternalError, 'Internal server error')
      return close(admitted.status === 401 ? CloseCode.Unauthorized : CloseCode.Forbidden, admitted.code)
    }
    const { context } = admitted
    state = {
      phase: 'ready',
      context,
      identity: door.identityOf(context),
      forwarded: door.forwarded(upgrade.headers, params),
    }
    forget = door.clients.add({ context, close })
    write('{"type":"connection_ack"}')
  }

  /** Asked through a function, since the compiler does not see that it changes while something is awaited. */
  const isClosed = () => state.phase === 'closed'

  const handle = (message: ClientMessage): void => {
    switch (message.type) {
      case 'connection_init':
        if (state.phase !== 'waiting') return close(CloseCode.TooManyInits, 'Too many initialisation requests')
        initialise(message.payload ?? {}).catch((error: unknown) => {
          door.log.error('A connection could not be initialised.', { requestId, error })
          close(CloseCode.InternalError, 'Internal server error')
        })
        return
      case 'ping':
        return write(JSON.stringify({ type: 'pong', ...(message.payload && { payload: message.payload }) }))
      case 'pong':
        return
      case 'subscribe':
        if (state.phase !== 'ready') return close(CloseCode.Unauthorized, 'Unauthorized')
        if (running.has(message.id)) {
          return close(CloseCode.SubscriberExists, `Subscriber for ${message.id} already exists`)
        }
        return start(message.id, message.request, state)
      case 'complete':
        return stop(message.id)
    }
  }

  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (state.phase === 'closed') return
    let message: ClientMessage
    try {
      if (isBinary) throw new Error('A message is text.')
      message = parseMessage((data as Buffer).toString())
    } catch (error) {
      return close(CloseCode.BadRequest, (error as Error).message)
    }
    handle(message)
  })
  socket.on('pong', () => {
    answered = true
    for (const operation of running.values()) {
      const { held } = operation
      if (!held) continue
      delete operation.held
      operation.reading?.reached(held)
    }
  })
  socket.on('error', (error) => door.log.debug('A socket failed.', { requestId, error }))
  socket.on('close', () => {
    clearTimeout(cut)
    stopAll()
    closed()
  })

  return { close }
}

function limited(reason: string): string {
  const bytes = Buffer.from(reason)
  return bytes.length <= MAX_REASON_BYTES
    ? reason
    : bytes
        .subarray(0, MAX_REASON_BYTES)
        .toString()
        .replace(/\uFFFD+$/, '')
}
