import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Limits } from '../limits.ts'
import { BINARY, nextFrame, type Payload } from '../subscriptions/frames.ts'
import type { Holding } from './shares.ts'

/**
 * Writes to one socket, and counts what waits because the peer reads too slowly. Events are written as frames of our
 * own between those of `ws`. That is safe as long as `ws` writes each frame at once, which it does without
 * compression.
 *
 * A class, for the same reason as `Connection`.
 */
export class Outlet {
  readonly #socket: WebSocket
  /** The stream under the socket. */
  readonly #wire: Duplex
  /** Frames handed to the stream since its buffer was last empty, minus those that it has written. */
  #waitingFrames = 0

  #waitingPongBytes = 0
  #draining = false
  readonly #holding: Holding

  constructor(socket: WebSocket, wire: Duplex, holding: Holding) {
    this.#socket = socket
    this.#wire = wire
    this.#holding = holding
  }

  /**
   * Called when the user is known: from now on the socket may receive longer messages. False if this user has too many
   * connections. `ws` has one limit for all sockets of a server and no public way to change it for an open socket, so
   * the limit of its frame receiver is set.
   */
  acknowledge(user: string | null, { maxMessageBytes }: Limits): boolean {
    if (!this.#holding.belongsTo(user)) return false
    const { _receiver } = this.#socket as unknown as { _receiver: { _maxPayload: number } }
    _receiver._maxPayload = maxMessageBytes
    return true
  }

  /** Whether what waits is within the limits of this socket, its address and its user. */
  keepsUp({ maxWaitingBytes, maxWaitingEvents, maxWaitingPongBytes }: Limits): boolean {
    const waiting = this.#wire.writableLength
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
    const wire = this.#wire
    if (!wire.writableNeedDrain) return true
    if (!this.#draining) wire.once('drain', () => this.#drained())
    this.#draining = true
    return this.#holding.waits(waiting)
  }

  #drained(): void {
    this.#draining = false
    this.#holding.waits(0)
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

  /** Writes a `next` message; calls `written` if the write succeeded. */
  event(head: string, payload: Payload, written: (() => void) | null): void {
    const wire = this.#wire
    const [frame, rest] = nextFrame(head, payload)
    if (rest) wire.cork()
    const busy = wire.writableLength > 0
    if (rest) wire.write(frame, BINARY)
    // The kernel mostly takes a frame at once: only frames that it did not take need to be counted.
    if (busy || written) wire.write(rest ?? frame, BINARY, (error) => this.#took(busy, error ? null : written))
    else wire.write(rest ?? frame, BINARY)
    if (rest) wire.uncork()
    this.#waitingFrames = busy ? this.#waitingFrames + 1 : 1
  }

  #took(counted: boolean, written: (() => void) | null): void {
    if (counted) this.#waitingFrames--
    written?.()
  }
}
