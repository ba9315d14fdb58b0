import { randomUUID } from 'node:crypto'
import type { GraphQLFormattedError } from 'graphql'
import type { Scope } from '../subgraphs/scope.ts'
import { frameHead, type Payload } from '../subscriptions/frames.ts'
import type { Mark, Reader, Reading } from '../subscriptions/reader.ts'

/** What an operation needs of its socket. */
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
 * One operation on a socket; it is its own scope and reader.
 *
 * A class, since there are tens of thousands: methods of a prototype take no memory of each, and what few need is made
 * when it is asked for.
 */
export class SocketOperation implements Reader, Scope {
  readonly id: string
  readonly requestId = randomUUID()
  readonly transport = 'websocket'
  /** What stands before the payload in its messages. */
  readonly head: string
  readonly #port: Port
  #reading: Reading | null = null
  /** Written while a ping was unanswered: reported when the pong comes. */
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

  /** It may have left while its rights were checked. */
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

  /** Written, in full, to the socket's own buffers. */
  written(mark: Mark): void {
    if (this.#port.answered) this.#reading?.reached(mark)
    else this.#held = mark
  }

  /** The pong has come: what was written before is surely there. */
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
