/**
 * Closes what was opened, in the reverse order. (Node 20 has no AsyncDisposableStack.) If one fails to close, the
 * others are still closed, and the first failure is thrown at the end.
 */
export interface Closers {
  [Symbol.asyncDispose](): Promise<void>
  /** Registers a disposable and returns it. */
  use<T extends AsyncDisposable>(opened: T): T
  defer(close: () => Promise<void> | void): void
}

export function makeClosers(): Closers {
  const closes: (() => Promise<void> | void)[] = []
  return {
    use(opened) {
      closes.push(async () => opened[Symbol.asyncDispose]())
      return opened
    },
    defer(close) {
      closes.push(close)
    },
    async [Symbol.asyncDispose]() {
      const failures: unknown[] = []
      for (let close = closes.pop(); close; close = closes.pop()) {
        try {
          await close()
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}
