/** What a stream of a subgraph is fed with; what it did not take yet waits in it. */
export interface Topics {
  /** Streams open now. */
  open(field: string, shop: string): number
  /** All of them, whatever they are about. */
  openInAll(): number
  /** Streams that were ever opened, with the headers that came. */
  opened(field: string, shop: string): readonly Given[]
  stream(field: string, shop: string, headers: Given): AsyncIterableIterator<unknown>
  publish(field: string, shop: string, value: unknown): void
  /** Completes the streams. */
  end(field: string, shop: string): void
  /** Streams that end by throwing. */
  fail(field: string, shop: string, error: Error): void
}

export type Given = Readonly<Record<string, unknown>>

interface Sink {
  push(value: unknown): void
  end(error?: Error): void
}

export function makeTopics(): Topics {
  const sinks = new Map<string, Set<Sink>>()
  const history = new Map<string, Given[]>()
  const key = (field: string, shop: string) => `${field} ${shop}`
  const each = (field: string, shop: string, act: (sink: Sink) => void) =>
    [...(sinks.get(key(field, shop)) ?? [])].forEach(act)

  return {
    open: (field, shop) => sinks.get(key(field, shop))?.size ?? 0,
    openInAll: () => [...sinks.values()].reduce((sum, { size }) => sum + size, 0),
    opened: (field, shop) => history.get(key(field, shop)) ?? [],
    stream(field, shop, headers) {
      const at = key(field, shop)
      const group = sinks.get(at) ?? new Set()
      sinks.set(at, group)
      history.set(at, [...(history.get(at) ?? []), headers])
      const waiting: unknown[] = []
      let over: { error?: Error } | null = null
      let wake: (() => void) | undefined
      const sink: Sink = {
        push(value) {
          waiting.push(value)
          wake?.()
        },
        end(error) {
          over ??= error ? { error } : {}
          group.delete(sink)
          wake?.()
        },
      }
      group.add(sink)
      return {
        async next() {
          while (waiting.length === 0 && !over) await new Promise<void>((resolve) => (wake = resolve))
          if (waiting.length > 0) return { done: false, value: waiting.shift() }
          if (over?.error) throw over.error
          return { done: true, value: undefined }
        },
        async return() {
          waiting.length = 0
          sink.end()
          return { done: true, value: undefined }
        },
        [Symbol.asyncIterator]() {
          return this
        },
      }
    },
    publish: (field, shop, value) => each(field, shop, (sink) => sink.push(value)),
    end: (field, shop) => each(field, shop, (sink) => sink.end()),
    fail: (field, shop, error) => each(field, shop, (sink) => sink.end(error)),
  }
}
