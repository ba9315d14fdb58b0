/** The wake-up signal of one loop. A wake while nobody waits is kept, so no wake is lost. */
export interface Waker {
  wake(): void
  /** Resolves to true at the next wake, at once after one that nobody waited for; to false after `ms`. */
  wait(ms?: number): Promise<boolean>
}

export function makeWaker(): Waker {
  let rung = false
  let ring: (() => void) | null = null
  return {
    wake() {
      rung = true
      ring?.()
    },
    async wait(ms) {
      if (!rung) {
        let timer: NodeJS.Timeout | undefined
        await new Promise<void>((resolve) => {
          ring = resolve
          if (ms !== undefined) timer = setTimeout(resolve, ms)
        })
        clearTimeout(timer)
        ring = null
      }
      const heard = rung
      rung = false
      return heard
    },
  }
}
