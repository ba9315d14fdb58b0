import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Limits } from '../limits.ts'
import { BINARY, type Payload } from '../subscriptions/frames.ts'
import type { StreamPosition } from '../subscriptions/subscriber.ts'
import type { ConnectionUsage } from './client-usage.ts'
import { holdUntilTurnEnds, type TurnWriter } from './turn-writes.ts'

/** An operation that wants to know how far its events were written. */
export interface Reported {
  written(position: StreamPosition): void
}

/**
 * Writes to one socket, and counts what waits because the peer reads too slowly. Events are written as frames of our
 * own between those of `ws`. That is safe as long as `ws` writes each frame at once, which it does without
 * compression.
 *
 * A class, for the same reason as `Connection`.
 */
export class SocketWriter implements TurnWriter {
  readonly #socket: WebSocket
  /** The stream under the socket. */
  readonly stream: Duplex
  /** Frames that the kernel has not taken. */
  #waitingFrames = 0
  /** Those of this turn, with the last position of each operation. */
  #framesOfTurn = 0
  #operation: Reported | null = null
  #position: StreamPosition | null = null
  /** Further operations of this turn; mostly there are none. */
  #others: Map<Reported, StreamPosition> | null = null

  #waitingPongBytes = 0
  #draining = false
  readonly #usage: ConnectionUsage

  constructor(socket: WebSocket, stream: Duplex, usage: ConnectionUsage) {
    this.#socket = socket
    this.stream = stream
    this.#usage = usage
  }

  /**
   * Called when the user is known: from now on the socket may receive longer messages. False if this user has too many
   * connections. `ws` has one limit for all sockets of a server and no public way to change it for an open socket, so
   * the limit of its frame receiver is set.
   */
  acknowledge(user: string | null, { maxMessageBytes }: Limits): boolean {
    if (!this.#usage.belongsTo(user)) return false
    const { _receiver } = this.#socket as unknown as { _receiver: { _maxPayload: number } }
    _receiver._maxPayload = maxMessageBytes
    return true
  }

  /** Called whenever the number of running operations changes. False if this user has too many. */
  runs(operations: number): boolean {
    return this.#usage.runs(operations)
  }

  /** Whether what waits is within the limits of this socket, its address and its user. */
  keepsUp({ maxWaitingBytes, maxWaitingEvents, maxWaitingPongBytes }: Limits): boolean {
    const waiting = this.stream.writableLength
    if (waiting === 0) return true
    return (
      waiting <= maxWaitingBytes &&
      this.#waitingFrames <= maxWaitingEvents &&
      this.#waitingPongBytes <= maxWaitingPongBytes &&
      this.#holds(waiting)
    )
  }

  /**
   * A little often waits for a moment. Only what exceeds the stream's own buffer is counted, until the buffer is
   * empty.
   */
  #holds(waiting: number): boolean {
    const { stream } = this
    if (!stream.writableNeedDrain) return true
    if (!this.#draining) stream.once('drain', () => this.#drained())
    this.#draining = true
    return this.#usage.waits(waiting)
  }

  #drained(): void {
    this.#draining = false
    this.#usage.waits(0)
  }

  pong(message: string): void {
    const bytes = Buffer.byteLength(message)
    this.#waitingPongBytes += bytes
    this.#socket.send(message, () => {
      this.#waitingPongBytes -= bytes
    })
  }

  /** For the few messages that are no events. */
  text(message: string): void {
    this.#socket.send(message)
  }

  /** Writes a `next` message. Tells the operation when the kernel has taken it, if it has a position. */
  event(head: string, payload: Payload, operation: Reported, position: StreamPosition | null): void {
    const { stream } = this
    const [frame, rest] = payload.frameFor(head)
    holdUntilTurnEnds(this)
    stream.write(frame, BINARY)
    if (rest) stream.write(rest)
    this.#waitingFrames++
    this.#framesOfTurn++
    if (position) this.#note(operation, position)
  }

  #note(operation: Reported, position: StreamPosition): void {
    if (this.#operation && this.#position && this.#operation !== operation) {
      this.#others ??= new Map()
      this.#others.set(this.#operation, this.#position)
      this.#others.delete(operation)
    }
    this.#operation = operation
    this.#position = position
  }

  /**
   * The kernel mostly takes everything at once. A callback for each write would cost a third of the write. So only what
   * it did not take is followed by an empty write, whose callback comes after all others.
   */
  flushed(): void {
    const { stream } = this
    if (!stream.writable) return
    if (stream.writableLength > 0) return this.#reportLater()
    const operation = this.#operation
    const position = this.#position
    const others = this.#others
    this.#waitingFrames -= this.#framesOfTurn
    this.#forgetTurn()
    if (others) for (const [other, at] of others) other.written(at)
    if (operation && position) operation.written(position)
  }

  #reportLater(): void {
    const frames = this.#framesOfTurn
    const written = [...(this.#others ?? [])]
    if (this.#operation && this.#position) written.push([this.#operation, this.#position])
    this.#forgetTurn()
    this.stream.write('', BINARY, (error) => {
      if (error) return
      this.#waitingFrames -= frames
      for (const [operation, position] of written) operation.written(position)
    })
  }

  #forgetTurn(): void {
    this.#framesOfTurn = 0
    this.#operation = null
    this.#position = null
    this.#others = null
  }
}
