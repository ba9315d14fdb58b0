import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type ClientStorage, inOrder } from './storage.ts'

/**
 * Keeps everything in one JSON file that only its owner may read: for bots and tools on Node. One process uses it at a
 * time. Each write replaces the file as a whole, so that a killed process leaves the old one or the new one.
 */
export function fileStorage(path: string): ClientStorage {
  let values: Promise<Map<string, unknown>> | undefined
  /** Writes come one after the other. */
  let last: Promise<unknown> = Promise.resolve()

  const read = async (): Promise<Map<string, unknown>> => {
    let text: string
    try {
      text = await readFile(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
      throw error
    }
    try {
      return new Map(Object.entries(JSON.parse(text) as Record<string, unknown>))
    } catch (cause) {
      throw new Error(`${path} is not a file that this SDK wrote: it holds no JSON object.`, { cause })
    }
  }

  const load = () => {
    // A file that cannot be read now is tried again by the next call.
    values ??= read().catch((error: unknown) => {
      values = undefined
      throw error
    })
    return values
  }

  const write = async (text: string) => {
    await mkdir(dirname(path), { recursive: true })
    const next = `${path}.next`
    const file = await open(next, 'w', 0o600)
    try {
      // A file that was there keeps its mode when it is opened.
      await file.chmod(0o600)
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(next, path)
  }

  const change = (act: (values: Map<string, unknown>) => void): Promise<void> => {
    const done = last.then(async () => {
      const now = await load()
      const changed = new Map(now)
      act(changed)
      await write(JSON.stringify(Object.fromEntries(changed)))
      values = Promise.resolve(changed)
    })
    last = done.catch(() => undefined) // its caller has the error
    return done
  }

  return {
    keepsKeys: false,
    get: async (key) => (await load()).get(key),
    set: (key, value) => change((now) => now.set(key, value)),
    delete: (key) => change((now) => now.delete(key)),
    list: async (prefix) => inOrder([...(await load())], prefix),
  }
}
