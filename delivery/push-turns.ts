import type { PushDecision } from '../platform/push/push.ts'

/**
 * Maximum pushes of one user that wait or are being sent while the provider of one of the user's devices fails. Users name
 * the hosts of Web Push: one that never answers would otherwise keep the places of a whole shard, and other users would get
 * nothing. Beyond it pushes are parked, and come back in a minute.
 */
const MAX_OF_FAILING_USER = 16

/** What a push does next: `go`: it is sent; `overtaken`: a later one replaces it; `set aside`: it is parked. */
export type Call = 'go' | 'overtaken' | 'set aside'

type Decision = Pick<PushDecision, 'userId' | 'deviceId'>

/** A push in progress. */
export interface Turn {
  /** Resolves when those before it for the device have ended, or it need not wait for them. */
  readonly called: Promise<Call>
  /** The provider did not take it at first: it is tried again. */
  failed(): void
  /** A later push replaces it: it ends at once if it still waits. */
  overtake(): void
  end(): void
}

interface Entry {
  waits: boolean
  failing: boolean
  call(how: Call): void
}

/** Lets the pushes of each device go one after the other. */
export function makeTurns() {
  /** For each device its last push in progress: the next one waits for it. */
  const tails = new Map<string, Promise<void>>()
  const users = new Map<string, Set<Entry>>()

  /** Those that came last leave first. */
  const setAside = (entries: ReadonlySet<Entry>) => {
    if (entries.size <= MAX_OF_FAILING_USER || ![...entries].some(({ failing }) => failing)) return
    for (const entry of [...entries].slice(MAX_OF_FAILING_USER)) if (entry.waits) entry.call('set aside')
  }

  return {
    enter({ userId, deviceId }: Decision): Turn {
      const before = tails.get(deviceId)
      let end = () => {}
      const ended = new Promise<void>((resolve) => (end = resolve))
      let resolveCall = (_: Call) => {}
      const called = new Promise<Call>((resolve) => (resolveCall = resolve))
      const entry: Entry = {
        waits: true,
        failing: false,
        call(how) {
          entry.waits = false
          resolveCall(how)
        },
      }
      const entries = users.get(userId) ?? new Set<Entry>()
      users.set(userId, entries.add(entry))
      if (before) void before.then(() => entry.call('go'))
      else entry.call('go')
      setAside(entries)
      const tail = Promise.all([before, ended]).then(() => {
        if (tails.get(deviceId) === tail) tails.delete(deviceId)
      })
      tails.set(deviceId, tail)
      return {
        called,
        failed() {
          entry.failing = true
          setAside(entries)
        },
        overtake() {
          if (entry.waits) entry.call('overtaken')
        },
        end() {
          entries.delete(entry)
          if (entries.size === 0) users.delete(userId)
          end()
        },
      }
    },
    /** Resolves when all have ended. */
    all: () => Promise.all(tails.values()),
  }
}
