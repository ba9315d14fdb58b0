import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import type { Position } from '../platform/eventlog/position.ts'

/** One step of a shard through the log: an event, or a range without events (`event` is null). */
export interface Entry {
  readonly position: Position
  readonly event: LoggedEvent | null
  /** Tells the queue that the message is done; does nothing for an entry from the log. */
  readonly ack: () => void
  /** When it was taken, by `performance.now()`. */
  readonly takenAt: number
}

/** Everything up to `position` is done; `events` counts those since the last call. */
export type OnDone = (position: Position, events: number) => void

/**
 * The events of one shard that are taken and not done, in order. Many are in progress at once. They count as done from
 * the front only, so the position never passes an event in progress.
 */
export interface Window {
  /**
   * Frees the entry's place while it waits for devices that catch up, and acknowledges it. False if too many entries
   * do.
   */
  release(entry: Entry): boolean
  /** The last position that was taken: an event at or below it is a repetition. */
  readonly taken: Position
  /** The number of entries that `next` has returned and that the position has not passed yet. */
  readonly working: number
  /** Whether the window takes another one. */
  readonly hasRoom: boolean
  take(entry: Entry): void
  /** Returns up to `most` entries that nobody works on yet. */
  next(most: number): Entry[]
  finish(entry: Entry): void
}

/**
 * Maximum entries that wait for devices that are catching up: they take no place from others, and their events stay in
 * the log. It stops slow clients from filling memory; at the limit such devices get their pushes.
 */
export const MAX_RELEASED = 4_096

export function makeWindow(start: Position, limit: number, onDone: OnDone): Window {
  let taken = start
  /** Taken and not done, in order; those before `untouched` are in progress. */
  const entries: Entry[] = []
  let untouched = 0
  const finished = new Set<Entry>()
  const released = new Set<Entry>()

  return {
    get taken() {
      return taken
    },
    get working() {
      return untouched
    },
    get hasRoom() {
      return entries.length - released.size < limit
    },
    take(entry) {
      taken = entry.position
      entries.push(entry)
    },
    next(most) {
      const batch = entries.slice(untouched, untouched + most)
      untouched += batch.length
      return batch
    },
    release(entry) {
      if (released.size >= MAX_RELEASED) return false
      released.add(entry)
      // The position stays before this event, so a later consumer reads it from the log.
      entry.ack()
      return true
    },
    finish(entry) {
      finished.add(entry)
      let done = 0
      let events = 0
      let last: Entry | undefined
      for (let front = entries[done]; front && finished.delete(front); front = entries[done]) {
        if (!released.delete(front)) front.ack()
        if (front.event) events += 1
        last = front
        done += 1
      }
      if (!last) return
      entries.splice(0, done)
      untouched -= done
      onDone(last.position, events)
    },
  }
}
