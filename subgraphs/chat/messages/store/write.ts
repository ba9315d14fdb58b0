import type { Log } from '../../../../platform/log/log.ts'
import type { MessageStore, StoredMessage } from './messages.ts'

/** How long a request waits for the message store. After it the relay writes the message, which is in the event log. */
const STORE_WAIT_MS = 2_000

/**
 * Maximum messages that are being written to the store. Beyond it the relay writes them, so that a store that hangs
 * cannot fill memory.
 */
const MAX_STORE_WRITES = 500

/**
 * Writes to a message store other than PostgreSQL what a transaction has put into the event log, by `insert` or `replace`
 * of the store. Resolves after `STORE_WAIT_MS` at the latest, and never rejects.
 */
export type WriteToStore = (
  messages: readonly StoredMessage[],
  write: (messages: readonly StoredMessage[]) => Promise<void>,
) => Promise<void>

export function makeStoreWriter(store: MessageStore, log: Log): WriteToStore {
  let storeWrites = 0
  return async (messages, write) => {
    if (store.sharesTransaction || messages.length === 0 || storeWrites >= MAX_STORE_WRITES) return
    storeWrites += messages.length
    let timer: NodeJS.Timeout | undefined
    const written = write(messages)
      .catch((error: unknown) => {
        const facts = { messages: messages.length, error }
        log.warn('The message store did not take messages: the relay writes them.', facts)
      })
      .finally(() => (storeWrites -= messages.length))
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STORE_WAIT_MS)
    })
    await Promise.race([written, late])
    clearTimeout(timer)
  }
}
