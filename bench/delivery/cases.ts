import type { Run } from './load/protocol.ts'

/** One kind of load that is measured. */
export interface Case {
  readonly name: string
  readonly rooms: Run['rooms']
  readonly pace: Run['pace']
  /** Minimum sends of a round. */
  readonly sends: number
  /** The number of users who have a socket during the case. */
  readonly users: number
}

export interface CaseOptions {
  readonly users: number
  readonly perSecond: number
  readonly groups: readonly number[]
}

export const CASE_NAMES = ['direct', 'paced', 'group'] as const
export type CaseName = (typeof CASE_NAMES)[number]

const DIRECT_IN_FLIGHT = 50
const GROUP_IN_FLIGHT = 4

/** Groups come last, the smallest first, because the sockets of their users stay open. */
export function makeCases(only: readonly CaseName[], { users, perSecond, groups }: CaseOptions): Case[] {
  const pairs = { pairs: Math.floor(users / 2) }
  const group = (size: number): Case => ({
    name: `group of ${size} online, ${GROUP_IN_FLIGHT} in flight`,
    rooms: { group: size },
    pace: { inFlight: GROUP_IN_FLIGHT },
    sends: 2 * GROUP_IN_FLIGHT,
    users: Math.max(users, size),
  })
  const named: Record<CaseName, Case> = {
    direct: {
      name: `direct, ${users} users, ${DIRECT_IN_FLIGHT} in flight`,
      rooms: pairs,
      pace: { inFlight: DIRECT_IN_FLIGHT },
      sends: 1,
      users,
    },
    paced: { name: `direct, ${users} users, ${perSecond} sends/s`, rooms: pairs, pace: { perSecond }, sends: 1, users },
    group: group(users),
  }
  return [...only.map((name) => named[name]), ...groups.toSorted((a, b) => a - b).map(group)]
}
