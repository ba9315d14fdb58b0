import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { BINARY, nextFrame, type Payload } from '../subscriptions/frames.ts'

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

  constructor(socket: WebSocket, wire: Duplex) {
    this.#socket = socket
    this.#wire = wire
  }

  /** Bytes that the kernel did not take yet. */
  get waitingBytes(): number {
    return this.#wire.writableLength
  }

  get waitingFrames(): number {
    return this.#waitingFrames
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
