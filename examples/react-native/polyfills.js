/** What React Native lacks and the SDK needs. Import it before everything else. */
import { install } from 'react-native-quick-crypto'
import 'react-native-url-polyfill/auto'

// `crypto.subtle`, `crypto.getRandomValues` and `crypto.randomUUID`.
install()
// The compiler of React Native calls for these by name.
Symbol.asyncIterator ??= Symbol.for('Symbol.asyncIterator')
Symbol.asyncDispose ??= Symbol.for('Symbol.asyncDispose')
// What the SDK copies is JSON.
globalThis.structuredClone ??= (value) => (value === undefined ? value : JSON.parse(JSON.stringify(value)))
AbortSignal.timeout ??= (ms) => {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), ms)
  return controller.signal
}
