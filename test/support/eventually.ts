import { setTimeout as delay } from 'node:timers/promises'

/**
 * Runs `check` until it neither throws nor returns false, and returns what it gave; after `deadlineMs` fails with its
 * last error. The only way in which a test waits.
 */
export async function eventually<T>(check: () => T | Promise<T>, deadlineMs = 20_000): Promise<T> {
  const end = Date.now() + deadlineMs
  for (let waitMs = 5; ; waitMs = Math.min(waitMs * 2, 100)) {
    try {
      const result = await check()
      if (result !== false) return result
      if (Date.now() > end) throw new Error(`Still false after ${deadlineMs} ms: ${check.toString()}`)
    } catch (error) {
      if (Date.now() > end) throw error
    }
    await delay(waitMs)
  }
}
