/**
 * Fire-and-forget messages to whoever listens now, over all processes.
 * - Order: messages of one publisher on one channel arrive in order, or not at all.
 * - Nothing is kept: a message with no listener is gone; a lost connection loses what was sent meanwhile. Whoever needs
 *   more checks positions.
 * - When the server is away `publish` rejects at once (nothing is buffered) and listeners resume when it is back.
 */
export interface Bus extends AsyncDisposable {
  /** Resolves to how many listeners' connections took it (0: nobody listens); `text` is at most 1 MiB. */
  publish(channel: string, text: string): Promise<number>
  /** Resolves once messages published from now on will arrive. Disposing one listener never silences another. */
  listen(channel: string, onMessage: (text: string) => void): Promise<AsyncDisposable>
  /** Called whenever messages may have been lost: the connection was away and is back. */
  onGap(listener: () => void): Disposable
}

/** Stops one message from filling every listener's memory (and Redis's output buffers): beyond it `publish` rejects. */
export const MAX_TEXT_BYTES = 1024 * 1024

export function assertFits(text: string): void {
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_TEXT_BYTES)
    throw new RangeError(`A message on the bus must have at most ${MAX_TEXT_BYTES} bytes, not ${bytes}.`)
}
