import type { PushDecision } from '../platform/push/push.ts'

/** The stages of an event's way. */
export type Stage = 'log_to_relay' | 'relay_to_consumer' | 'consumer_to_socket'

/** `parked`: the provider did not take it; an admin finds it. `outdated`: it was of no use any more when its turn came. */
export type PushOutcome = 'sent' | 'withdrawn' | 'dead_token' | 'parked' | 'outdated' | 'coalesced'

/**
 * Counts what delivery does. The caller of `startDelivery` may turn it into metrics; the default counts nothing.
 *
 * Each device that `addressed` counts ends as exactly one of `reached`, `pushed`, `refused` and `withheld`: in one process,
 * their sum is `addressed` less the devices that are waited for. Of a process that dies these are lost: whoever takes over
 * counts the events that were not done again, with all of their devices.
 */
export interface Meter {
  /** Events that the broker confirmed. */
  relayed(events: number): void
  /** Devices that a live session of a recipient is on, when an event's delivery begins. */
  addressed(devices: number): void
  /** Milliseconds from the append of an event until all of its devices were reached or got a push. */
  delivered(ms: number): void
  /** Milliseconds that an event spent in one stage. */
  passed(stage: Stage, ms: number): void
  pushed(reason: PushDecision['reason'], count: number): void
  /** A device whose user wants no push for the event, by the rule. */
  refused(rule: string): void
  /**
   * Devices that get no push for the event whatever their users want: by the rule of its kind, because they signed out
   * meanwhile, or because they show nothing that the push would take away.
   */
  withheld(rule: string, devices: number): void
  /** Devices that answered in time. */
  reached(devices: number): void
  /** Events that the queue did not bring and that were read from the log. */
  holeFilled(events: number): void
  duplicateDropped(): void
  /** Milliseconds for which an open transaction kept committed events from the relay. */
  heldUp(ms: number): void
  /** A push that the device already got. */
  repeatedPushDropped(): void
  /** How a push ended that was decided. */
  pushEnded(outcome: PushOutcome): void
  parked(): void
  /** Parked events were deleted, because they were old or too many. */
  trimmed(count: number): void
}

export const silentMeter: Meter = {
  relayed() {},
  addressed() {},
  delivered() {},
  passed() {},
  pushed() {},
  refused() {},
  withheld() {},
  reached() {},
  holeFilled() {},
  duplicateDropped() {},
  heldUp() {},
  repeatedPushDropped() {},
  pushEnded() {},
  parked() {},
  trimmed() {},
}
