/**
 * Where the SDK keeps what outlasts a reload or a restart: the session, cursors, and messages that wait. Values are what
 * structured cloning takes; keys are texts. One user's data has a prefix of its own, so that one storage serves several.
 */
export interface ClientStorage {
  /** True if a CryptoKey can be kept as it is, without being read out. Else the key is kept as text. */
  readonly keepsKeys: boolean
  get(key: string): Promise<unknown>
  /** Resolves when the value is safe. */
  set(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<void>
  /** Every entry whose key begins with `prefix`, in the order of the keys. */
  list(prefix: string): Promise<(readonly [key: string, value: unknown])[]>
}

/** Keeps nothing after the process or the page has ended: for tests, bots without a disk, and rendering on a server. */
export function memoryStorage(): ClientStorage {
  const values = new Map<string, unknown>()
  return {
    keepsKeys: true,
    get: async (key) => values.get(key),
    set: async (key, value) => void values.set(key, structuredClone(value)),
    delete: async (key) => void values.delete(key),
    list: async (prefix) => inOrder([...values], prefix),
  }
}

/** The entries under a prefix, in the order of their keys. */
export const inOrder = (
  entries: readonly (readonly [string, unknown])[],
  prefix: string,
): (readonly [string, unknown])[] =>
  entries.filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
