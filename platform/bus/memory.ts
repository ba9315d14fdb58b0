import { silentLog, type Log } from '../log/log.ts'
import { assertFits, type Bus } from './bus.ts'

/** The bus within one process. `publish` counts 1 for any number of listeners: this process. */
export function openMemoryBus(log: Log = silentLog): Bus {
  const channels = new Map<string, Set<(text: string) => void>>()
  let closed = false
  const assertOpen = () => {
    if (closed) throw new Error('The bus is closed.')
  }

  return {
    async publish(channel, text) {
      assertOpen()
      assertFits(text)
      await Promise.resolve() // as over a network, a listener never runs inside the publisher's own call
      const listeners = channels.get(channel)
      for (const listener of [...(listeners ?? [])]) listener(text)
      return listeners ? 1 : 0
    },

    async listen(channel, onMessage) {
      assertOpen()
      const listeners = channels.get(channel) ?? new Set()
      channels.set(channel, listeners)
      const own = (text: string) => {
        if (!listeners.has(own)) return // it left during the delivery of this message
        try {
          onMessage(text)
        } catch (error) {
          log.error('A listener of the bus failed', { channel, error })
        }
      }
      listeners.add(own)
      return {
        async [Symbol.asyncDispose]() {
          listeners.delete(own)
          if (listeners.size === 0 && channels.get(channel) === listeners) channels.delete(channel)
        },
      }
    },

    onGap: () => ({ [Symbol.dispose]() {} }), // memory loses nothing

    async [Symbol.asyncDispose]() {
      closed = true
      for (const listeners of channels.values()) listeners.clear()
      channels.clear()
    },
  }
}
