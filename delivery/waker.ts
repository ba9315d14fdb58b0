/** Wakes one loop that waits. A wake that comes while the loop does not wait ends its next wait at once. */
export interface Waker {
  wake(): void
  /** Resolves to true at the next wake, or at once if there was one since the last wait; to false after `ms`. */
  wait(ms?: number): Promise<boolean>
}

export function makeWaker(): Waker {
  let woken = false
  let ring: (() => void) | null = null
  return {
    wake() {
      woken = true
      ring?.()
    },
    async wait(ms) {
      if (!woken) {
        let timer: NodeJS.Timeout | undefined
        await new Promise<void>((resolve) => {
          ring = resolve
          if (ms !== undefined) timer = setTimeout(resolve, ms)
        })
        clearTimeout(timer)
        ring = null
      }
      const before = woken
      woken = false
      return before
    },
  }
}
