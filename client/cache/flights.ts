import { type InboxEventFields } from './scene.ts'

/**
 * Answers on their way. One may have been made before an event that the cache has by the time that it comes: then it writes old
 * values over new ones. So the events that were handled meanwhile are handled again after it, which does no harm to what is right.
 */
export interface Flights {
  /** Begins with a request. The returned function ends it, after its answer was written. */
  begin(): () => void
  /** An event was handled. */
  note(event: InboxEventFields): void
  /** Resolves when all that were under way when it was called have ended. */
  landed(): Promise<void>
}

/** Events kept for answers that are on their way. Beyond it `overflow` is called in place of handling them again. */
const MAX_KEPT = 1_000

export function makeFlights(act: { again(events: readonly InboxEventFields[]): void; overflow(): void }): Flights {
  let kept: InboxEventFields[] = []
  /** How many events were noted before those that are kept. */
  let passed = 0
  const open = new Set<{ readonly since: number; readonly ended: Promise<void> }>()

  return {
    begin() {
      let land = () => undefined as void
      const ended = new Promise<void>((resolve) => (land = resolve))
      const flight = { since: passed + kept.length, ended }
      open.add(flight)
      return () => {
        if (!open.delete(flight)) return
        land()
        const events = kept.slice(Math.max(0, flight.since - passed))
        const isWhole = flight.since >= passed
        if (open.size === 0) {
          passed += kept.length
          kept = []
        }
        if (!isWhole) act.overflow()
        else if (events.length > 0) act.again(events)
      }
    },
    note(event) {
      if (open.size === 0) return void passed++
      kept.push(event)
      if (kept.length <= MAX_KEPT) return
      passed += kept.length
      kept = []
    },
    async landed() {
      await Promise.all([...open].map(({ ended }) => ended))
    },
  }
}
