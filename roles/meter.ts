import type { Meter } from '../delivery/index.ts'
import type { Metrics } from '../platform/metrics/index.ts'

/** Turns delivery's counts into metrics. */
export function makeMeter(metrics: Metrics): Meter {
  return {
    relayed: (events) => metrics.count('delivery_relayed_total', {}, events),
    addressed: (devices) => metrics.count('delivery_devices_total', {}, devices),
    delivered: (ms) => metrics.observe('delivery_publish_to_deliver_seconds', ms / 1_000),
    passed: (stage, ms) => metrics.observe('delivery_stage_seconds', ms / 1_000, { stage }),
    pushed: (reason, count) => metrics.count('delivery_pushes_total', { reason }, count),
    refused: (rule) => metrics.count('delivery_pushes_refused_total', { rule }),
    withheld: (rule, devices) => metrics.count('delivery_pushes_withheld_total', { rule }, devices),
    reached: (devices) => metrics.count('delivery_reached_total', {}, devices),
    holeFilled: (events) => metrics.count('delivery_holes_filled_total', {}, events),
    repeatedPushDropped: () => metrics.count('delivery_repeated_pushes_dropped_total'),
    pushEnded: (outcome) => metrics.count('delivery_pushes_ended_total', { outcome }),
    duplicateDropped: () => metrics.count('delivery_duplicates_dropped_total'),
    heldUp: (ms) => metrics.count('delivery_held_up_seconds_total', {}, ms / 1_000),
    parked: () => metrics.count('delivery_parked_total'),
    trimmed: (count) => metrics.count('delivery_parked_trimmed_total', {}, count),
  }
}
