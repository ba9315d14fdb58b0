export interface GatherOptions {
  /** Maximum concurrent reads; default 2: while a slow read runs, another one can start. */
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
 * Merges many small reads into few. Calls that are made in the same turn of the event loop, or while `atOnce` reads
 * run, share the next read. A read begins after its calls were made, so no call gets an older value. If a read fails,
 * all of its calls fail. There is no limit on waiting calls: the callers must have one.
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
