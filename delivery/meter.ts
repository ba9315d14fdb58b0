import type { PushDecision } from '../platform/push/push.ts'

/** The way of an event: who has it, and for whom it waits. */
export type Stage = 'log_to_relay' | 'relay_to_consumer' | 'consumer_to_socket'

/** What delivery counts. Whoever starts it may put it into metrics; the default counts nothing. */
export interface Meter {
  /** Events that the broker confirmed. */
  relayed(events: number): void
  /** Milliseconds from the append of an event to everybody of it being reached or pushed to. */
  delivered(ms: number): void
  /** Milliseconds that an event took through one stage of its way. */
  passed(stage: Stage, ms: number): void
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
  passed() {},
  pushed() {},
  reached() {},
  holeFilled() {},
  duplicateDropped() {},
  repeatedPushDropped() {},
  parked() {},
}
