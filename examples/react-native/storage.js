/** What would let somebody else act as the user: the session's key, and the secret of the device. */
const SECRETS = new Set(['device', 'signed-in'])

/**
 * Keeps secrets in the keychain and the rest in AsyncStorage. `asyncStorage` is
 * `@react-native-async-storage/async-storage`, `secureStore` is `expo-secure-store`. Neither keeps objects, so the session's
 * key is kept as text: `keepsKeys` is false.
 */
export function nativeStorage({ asyncStorage, secureStore, prefix = 'parley ' }) {
  // A push may wake the app before the telephone was unlocked again.
  const options = { keychainAccessible: secureStore.AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY }
  const parse = (text) => (text === null || text === undefined ? undefined : JSON.parse(text))
  return {
    keepsKeys: false,
    get: async (key) =>
      parse(await (SECRETS.has(key) ? secureStore.getItemAsync(key, options) : asyncStorage.getItem(prefix + key))),
    set: (key, value) =>
      SECRETS.has(key)
        ? secureStore.setItemAsync(key, JSON.stringify(value), options)
        : asyncStorage.setItem(prefix + key, JSON.stringify(value)),
    delete: (key) =>
      SECRETS.has(key) ? secureStore.deleteItemAsync(key, options) : asyncStorage.removeItem(prefix + key),
    async list(of) {
      const keys = (await asyncStorage.getAllKeys()).filter((key) => key.startsWith(prefix + of)).sort()
      const kept = await asyncStorage.multiGet(keys)
      return kept.map(([key, text]) => [key.slice(prefix.length), parse(text)])
    },
  }
}
