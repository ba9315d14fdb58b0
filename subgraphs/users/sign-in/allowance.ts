import { type Allowance, DAY } from '../limits.ts'

export interface Remaining {
  /** How often it is still allowed now; 0 until `waitMs` have passed. */
  readonly left: number
  readonly waitMs: number
}

/** The maximum that an allowance permits in any 24 hours. */
export const mostOf = ({ free, waitsMs }: Allowance): number => free + waitsMs.length

/** How many of these times are within the last 24 hours. */
export const countRecent = (times: readonly Date[], now: Date): number =>
  times.filter((at) => at.getTime() > now.getTime() - DAY).length

/** What remains of an allowance after these times, in any order. */
export function remainingOf(allowance: Allowance, times: readonly Date[], now: Date): Remaining {
  const nowMs = now.getTime()
  const recent = times
    .map((time) => time.getTime())
    .filter((at) => at > nowMs - DAY)
    .sort((a, b) => a - b)
  const { free, waitsMs } = allowance
  const count = recent.length
  if (count < free) return { left: free - count, waitMs: 0 }
  const most = mostOf(allowance)
  const wait = waitsMs[Math.min(count, most - 1) - free] ?? 0
  // Beyond the maximum, the oldest must first be a day old.
  const room = count < most ? 0 : (recent[count - most] ?? 0) + DAY
  const opensAt = Math.max((recent[count - 1] ?? 0) + wait, room)
  return opensAt <= nowMs ? { left: 1, waitMs: 0 } : { left: 0, waitMs: opensAt - nowMs }
}
