import { randomUUID } from 'node:crypto'
import type { GraphQLFormattedError } from 'graphql'
import type { Scope } from '../subgraphs/scope.ts'
import { frameHead, type Payload } from '../subscriptions/frames.ts'
import type { Mark, Reader, Reading } from '../subscriptions/reader.ts'

/** What an operation needs from its socket. */
export interface Port {
  readonly context: unknown
  readonly identity: string
  readonly forwarded: Readonly<Record<string, string>>
  /** False while a ping waits for its pong. */
  readonly answered: boolean
  next(operation: SocketOperation, payload: Payload, mark: Mark | null): void
  finish(operation: SocketOperation, errors: readonly GraphQLFormattedError[] | null): void
}

/**
 * One operation on a socket; it implements its own scope and subscriber.
 *
 * A class, because there are tens of thousands of instances: they share the methods of a prototype, and rarely used
 * parts are created on first use.
 */
export class SocketOperation implements Reader, Scope {
  readonly id: string
  readonly requestId = randomUUID()
  readonly transport = 'websocket'
  /** The text before the payload in each of its `next` messages. */
  readonly head: string
  readonly #port: Port
  #reading: Reading | null = null
  /** Written while a ping was unanswered; reported as reached when the pong comes. */
  #held: Mark | null = null
  #left = false
  #gone: AbortController | null = null

  constructor(id: string, port: Port) {
    this.id = id
    this.head = frameHead(id)
    this.#port = port
  }

  get scope(): Scope {
    return this
  }

  get context(): unknown {
    return this.#port.context
  }

  get identity(): string {
    return this.#port.identity
  }

  get forwarded(): Readonly<Record<string, string>> {
    return this.#port.forwarded
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
  reads(reading: Reading): void {
    if (this.#left) reading.stop()
    else this.#reading = reading
  }

  event(payload: Payload, mark: Mark | null): void {
    this.#port.next(this, payload, mark)
  }

  end(errors: readonly GraphQLFormattedError[] | null): void {
    this.#port.finish(this, errors)
  }

  /** The whole event was written to the socket's buffers. */
  written(mark: Mark): void {
    if (this.#port.answered) this.#reading?.reached(mark)
    else this.#held = mark
  }

  /** The pong proves that the client has received everything written before the ping. */
  ponged(): void {
    if (!this.#held) return
    const held = this.#held
    this.#held = null
    this.#reading?.reached(held)
  }

  stop(): void {
    if (this.#left) return
    this.#left = true
    this.#gone?.abort()
    this.#reading?.stop()
    this.#reading = null
  }
}
