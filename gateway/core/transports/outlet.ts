import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Limits } from '../limits.ts'
import { BINARY, nextFrame, type Payload } from '../subscriptions/frames.ts'
import type { Holding } from './shares.ts'

/**
 * What goes out on one socket, and how much of it waits since the peer does not take it. Events are written as frames of
 * our own beside those of `ws`, which is sound as long as that one writes each frame at once: it does without
 * compression.
 *
 * A class for the reason that `Connection` has.
 */
export class Outlet {
  readonly #socket: WebSocket
  /** What the socket's frames are written to. */
  readonly #wire: Duplex
  /** Frames that were handed to the socket since its buffer was empty, without those that it took meanwhile. */
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
   * It is known whose socket this is: from now on it takes longer messages. False where this user has too many. `ws` has
   * one limit for all sockets of a server, and takes no other once a socket is open; what reads the frames keeps it.
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

  /** Little waits now and then: what does not fit the stream's own buffer is counted, until that is empty. */
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

  /** Of what is no event there is little. */
  text(message: string): void {
    this.#socket.send(message)
  }

  /** A `next` message; `written` is called where it could be written. */
  event(head: string, payload: Payload, written: (() => void) | null): void {
    const wire = this.#wire
    const [frame, rest] = nextFrame(head, payload)
    if (rest) wire.cork()
    const busy = wire.writableLength > 0
    if (rest) wire.write(frame, BINARY)
    // Mostly a kernel takes a frame at once: only what it did not take needs to be counted.
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
