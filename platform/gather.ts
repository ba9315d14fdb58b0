export interface GatherOptions {
  /** Maximum concurrent reads: another one starts beside a slow one. Default 2. */
  readonly atOnce?: number
  /** Maximum keys of one read; a call with more is read alone. Default 1,000. */
  readonly maxKeys?: number
}

/** Resolves to the values in the order of the keys. */
export type Read<Key, Value> = (keys: readonly Key[]) => Promise<readonly Value[]>

interface Call<Key, Value> {
  readonly keys: readonly Key[]
  resolve(values: readonly Value[]): void
  reject(error: unknown): void
}

/**
 * Merges many small reads into one: calls of the same turn of the event loop, or that come while reads run, share the
 * next read. A read begins after the calls that share it, so its values are never older than the call. If a read
 * fails, all of its calls fail. The callers limit how many calls wait.
 */
export function gather<Key, Value>(
  read: Read<Key, Value>,
  { atOnce = 2, maxKeys = 1_000 }: GatherOptions = {},
): Read<Key, Value> {
  let waiting: Call<Key, Value>[] = []
  let reading = 0
  let soon: NodeJS.Immediate | null = null

  const take = () => {
    let keys = 0
    let count = 0
    for (const call of waiting) {
      keys += call.keys.length
      if (count > 0 && keys > maxKeys) break
      count++
    }
    const taken = waiting.slice(0, count)
    waiting = waiting.slice(count)
    return taken
  }

  const readFor = async (calls: readonly Call<Key, Value>[]) => {
    try {
      const values = await read(calls.flatMap(({ keys }) => keys))
      let at = 0
      for (const { keys, resolve } of calls) resolve(values.slice(at, (at += keys.length)))
    } catch (error) {
      for (const { reject } of calls) reject(error)
    }
  }

  const pump = () => {
    soon = null
    while (waiting.length > 0 && reading < atOnce) {
      reading++
      void readFor(take()).then(() => {
        reading--
        pump()
      })
    }
  }

  return (keys) =>
    new Promise((resolve, reject) => {
      waiting.push({ keys, resolve, reject })
      soon ??= setImmediate(pump)
    })
}
