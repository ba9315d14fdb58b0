import { ERRORS, type Locker } from '@tus/server'

/** How long a request waits for an earlier one of the same upload, which is asked to end. */
const WAIT_MS = 5_000

/** Who holds a file, and who waits for it, in order. */
interface Held {
  giveUp: () => void
  readonly waiting: (() => void)[]
}

/**
 * One request at a time for each upload of this process. The library's own lock asks at every turn of the event loop whether it
 * is free: some requests that wait would keep a core busy.
 */
export function makeLocks(): Locker {
  const held = new Map<string, Held>()
  return {
    newLock: (id) => ({
      async lock(signal, giveUp) {
        const current = held.get(id)
        if (!current) {
          held.set(id, { giveUp: () => void giveUp(), waiting: [] })
          return
        }
        current.giveUp()
        await new Promise<void>((resolve, reject) => {
          const leave = () => {
            const at = current.waiting.indexOf(enter)
            if (at >= 0) current.waiting.splice(at, 1)
            done()
            reject(new LockTimeout())
          }
          const timer = setTimeout(leave, WAIT_MS)
          const done = () => {
            clearTimeout(timer)
            signal.removeEventListener('abort', leave)
          }
          const enter = () => {
            done()
            current.giveUp = () => void giveUp()
            resolve()
          }
          current.waiting.push(enter)
          signal.addEventListener('abort', leave)
        })
      },
      async unlock() {
        const next = held.get(id)?.waiting.shift()
        if (next) next()
        else held.delete(id)
      },
    }),
  }
}

/** As the library has it: an error with a status and a text. */
class LockTimeout extends Error {
  readonly status_code = ERRORS.INVALID_OFFSET.status_code
  readonly body = 'Another request of this upload is under way: try again.\n'
}
