/** The SDK in a page without a build step: what the test calls stands on `window`. */
import { openAccount } from '@parley/client/account'
import { connect } from '@parley/client'
import { openOutbox } from '@parley/client/outbox'
import { browserStorage } from '@parley/client/storage/browser'

const url = new URL(location.href).searchParams.get('server')
const storage = browserStorage()
const account = openAccount({ url, storage, deviceName: 'A page' })
let outbox

Object.assign(window, {
  requestCode: (address) => account.requestCode(address),
  verifyCode: async (address, code) => (await account.verifyCode(address, code, 'Ada')).signedIn?.userId,

  /** Who is signed in, and whether the key can be read out. */
  async current() {
    const signedIn = await account.current()
    if (!signedIn) return null
    const { hmacKey } = signedIn.session
    return { userId: signedIn.userId, key: String(hmacKey), extractable: hmacKey.extractable }
  },
  async openOutbox() {
    const { session, userId } = await account.current()
    outbox = await openOutbox({ app: connect({ url, session, timeoutMs: 1_000 }), userId, storage })
  },
  send: (conversationId, text) => outbox.send({ conversationId, text }),
  phases: () => outbox.items.get().map(({ state }) => state.phase),
  discardAll: () => Promise.all(outbox.items.get().map(({ id }) => outbox.discard(id))),
  /** What a script that runs in the page finds: nothing of it may be the key. */
  async stored() {
    const database = await new Promise((resolve, reject) => {
      const opened = indexedDB.open('parley')
      opened.onsuccess = () => resolve(opened.result)
      opened.onerror = () => reject(opened.error)
    })
    const values = await new Promise((resolve, reject) => {
      const all = database.transaction('values').objectStore('values').getAll()
      all.onsuccess = () => resolve(all.result)
      all.onerror = () => reject(all.error)
    })
    database.close()
    return JSON.stringify(values)
  },
})
document.title = 'ready'
