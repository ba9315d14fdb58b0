import type { PushDecision } from '../platform/push/push.ts'

/** What delivery counts. Whoever starts it may put it into metrics; the default counts nothing. */
export interface Meter {
  /** Events that the broker confirmed. */
  relayed(events: number): void
  /** Milliseconds from the append of an event to everybody of it being reached or pushed to. */
  delivered(ms: number): void
  pushed(reason: PushDecision['reason'], count: number): void
  /** Devices that answered in time. */
  reached(devices: number): void
  /** A range that the queue did not bring, read from the log. */
  holeFilled(events: number): void
  duplicateDropped(): void
  /** A push that the device was sent before. */
  repeatedPushDropped(): void
  parked(): void
}

export const silentMeter: Meter = {
  relayed() {},
  delivered() {},
  pushed() {},
  reached() {},
  holeFilled() {},
  duplicateDropped() {},
  repeatedPushDropped() {},
  parked() {},
}
