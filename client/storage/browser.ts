import { createStore, delMany, entries, get, set } from 'idb-keyval'
import { type ClientStorage, inOrder } from './storage.ts'

/**
 * Keeps everything in the browser's IndexedDB, which all tabs of the origin share. A session's key is kept as a CryptoKey
 * that no script can read out: a script that runs in the page can sign while it runs, but cannot take the key away.
 */
export function browserStorage(name = 'parley'): ClientStorage {
  const store = createStore(name, 'values')
  return {
    keepsKeys: true,
    get: (key) => get<unknown>(key, store),
    set: (key, value) => set(key, value, store),
    delete: (key) => delMany([key], store),
    list: async (prefix) => inOrder(await entries<string, unknown>(store), prefix),
  }
}
