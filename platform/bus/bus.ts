/**
 * Fire-and-forget messages to the present listeners, across all processes.
 *
 * - Order: messages of one publisher on one channel arrive in order, or not at all.
 * - Nothing is stored: a message without a listener is lost, and so is every message during a lost connection. A consumer that
 *   needs more must check positions.
 * - While the server is down `publish` rejects at once (nothing is buffered). Listeners resume when it is back.
 */
export interface Bus extends AsyncDisposable {
  /**
   * Resolves to the number of connections with a listener that got the message (0: nobody listens). `text` is at most
   * 1 MiB.
   */
  publish(channel: string, text: string): Promise<number>
  /** Resolves once all later messages will arrive. Disposing of one listener never affects another. */
  listen(channel: string, onMessage: (text: string) => void): Promise<AsyncDisposable>
  /** Called after a gap: the connection was lost and is back, so messages may have been lost. */
  onGap(listener: () => void): Disposable
}

/** Stops one message from filling every listener's memory (and Redis's output buffers). Beyond it `publish` rejects. */
export const MAX_TEXT_BYTES = 1024 * 1024

export function assertFits(text: string): void {
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_TEXT_BYTES)
    throw new RangeError(`A message on the bus must have at most ${MAX_TEXT_BYTES} bytes, not ${bytes}.`)
}
