/**
 * What was opened, closed in the opposite order. Node 20 has no AsyncDisposableStack. One that fails to close does not
 * keep the others open; the first failure is thrown at the end.
 */
export interface Closers {
  [Symbol.asyncDispose](): Promise<void>
  /** Keeps it and gives it back. */
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
