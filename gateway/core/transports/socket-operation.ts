import { randomUUID } from 'node:crypto'
import type { GraphQLFormattedError } from 'graphql'
import type { Scope } from '../subgraphs/scope.ts'
import { frameHead, type Payload } from '../subscriptions/frames.ts'
import type { StreamPosition, Subscriber, Subscription } from '../subscriptions/subscriber.ts'

/** What an operation needs from its socket. */
export interface OperationSocket {
  readonly context: unknown
  readonly identity: string
  readonly forwarded: Readonly<Record<string, string>>
  /** False while a ping waits for its pong. */
  readonly answered: boolean
  next(operation: SocketOperation, payload: Payload, position: StreamPosition | null): void
  finish(operation: SocketOperation, errors: readonly GraphQLFormattedError[] | null): void
  /** A fault of our own: the socket is closed. */
  failed(error: unknown): void
}

/**
 * One operation on a socket; it implements its own scope and subscriber.
 *
 * A class, because there are tens of thousands of instances: they share the methods of a prototype, and rarely used
 * parts are created on first use.
 */
export class SocketOperation implements Subscriber, Scope {
  readonly id: string
  readonly requestId = randomUUID()
  readonly transport = 'websocket'
  /** The text before the payload in each of its `next` messages. */
  readonly head: string
  readonly #socket: OperationSocket
  #subscription: Subscription | null = null
  /** Written while a ping was unanswered; reported as reached when the pong comes. */
  #held: StreamPosition | null = null
  #left = false
  #gone: AbortController | null = null

  constructor(id: string, socket: OperationSocket) {
    this.id = id
    this.head = frameHead(id)
    this.#socket = socket
  }

  get scope(): Scope {
    return this
  }

  get context(): unknown {
    return this.#socket.context
  }

  get identity(): string {
    return this.#socket.identity
  }

  get forwarded(): Readonly<Record<string, string>> {
    return this.#socket.forwarded
  }

  get left(): boolean {
    return this.#left
  }

  get signal(): AbortSignal {
    this.#gone ??= new AbortController()
    if (this.#left) this.#gone.abort()
    return this.#gone.signal
  }

  /** The client may have left during the authorization check. */
  started(subscription: Subscription): void {
    if (this.#left) subscription.stop()
    else this.#subscription = subscription
  }

  event(payload: Payload, position: StreamPosition | null): void {
    this.#socket.next(this, payload, position)
  }

  end(errors: readonly GraphQLFormattedError[] | null): void {
    this.#socket.finish(this, errors)
  }

  /** Everything up to this event was written to the socket's buffers. Never throws. */
  written(position: StreamPosition): void {
    if (!this.#socket.answered) {
      this.#held = position
      return
    }
    try {
      this.#subscription?.reached(position)
    } catch (error) {
      this.#socket.failed(error)
    }
  }

  /** The pong proves that the client has received everything written before the ping. */
  ponged(): void {
    if (!this.#held) return
    const held = this.#held
    this.#held = null
    this.#subscription?.reached(held)
  }

  stop(): void {
    if (this.#left) return
    this.#left = true
    this.#gone?.abort()
    this.#subscription?.stop()
    this.#subscription = null
  }
}
