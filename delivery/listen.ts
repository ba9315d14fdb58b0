import type { Bus } from '../platform/bus/bus.ts'
import type { Log } from '../platform/log/log.ts'
import { retryForever, Stopped } from './retry.ts'

/** Listens on a channel, and retries while the bus is down. Disposing ends both. */
export function listenLastingly(
  bus: Bus,
  channel: string,
  onMessage: (text: string) => void,
  log: Log,
): AsyncDisposable {
  const stopping = new AbortController()
  const listening = retryForever(`listen on ${channel}`, () => bus.listen(channel, onMessage), {
    signal: stopping.signal,
    log,
  }).catch((error: unknown) => {
    if (!(error instanceof Stopped)) throw error
    return null
  })
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await (await listening)?.[Symbol.asyncDispose]()
    },
  }
}
