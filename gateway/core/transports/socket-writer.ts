import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Limits } from '../limits.ts'
import { BINARY, nextFrame, type Payload } from '../subscriptions/frames.ts'
import type { ConnectionUsage } from './client-usage.ts'
import { holdUntilTurnEnds } from './turn-writes.ts'

/**
 * Writes to one socket, and counts what waits because the peer reads too slowly. Events are written as frames of our
 * own between those of `ws`. That is safe as long as `ws` writes each frame at once, which it does without
 * compression.
 *
 * A class, for the same reason as `Connection`.
 */
export class SocketWriter {
  readonly #socket: WebSocket
  /** The stream under the socket. */
  readonly #stream: Duplex
  /** Frames handed to the stream since its buffer was last empty, minus those that it has written. */
  #waitingFrames = 0

  #waitingPongBytes = 0
  #draining = false
  readonly #usage: ConnectionUsage

  constructor(socket: WebSocket, stream: Duplex, usage: ConnectionUsage) {
    this.#socket = socket
    this.#stream = stream
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

  /** Whether what waits is within the limits of this socket, its address and its user. */
  keepsUp({ maxWaitingBytes, maxWaitingEvents, maxWaitingPongBytes }: Limits): boolean {
    const waiting = this.#stream.writableLength
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
    const stream = this.#stream
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

  /** Writes a `next` message; calls `written` if the write succeeded. */
  event(head: string, payload: Payload, written: (() => void) | null): void {
    const stream = this.#stream
    const [frame, rest] = nextFrame(head, payload)
    holdUntilTurnEnds(stream)
    const busy = stream.writableLength > 0
    if (rest) stream.write(frame, BINARY)
    // The kernel mostly takes a frame at once: only frames that it did not take need to be counted.
    if (busy || written) stream.write(rest ?? frame, BINARY, (error) => this.#took(busy, error ? null : written))
    else stream.write(rest ?? frame, BINARY)
    this.#waitingFrames = busy ? this.#waitingFrames + 1 : 1
  }

  #took(counted: boolean, written: (() => void) | null): void {
    if (counted) this.#waitingFrames--
    written?.()
  }
}
