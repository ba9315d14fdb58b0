/** Maximum members of a group, and of its open invites and requests, unless the operator sets another one. */
export const MAX_MEMBERS = 100_000

/**
 * How often a user may come into one group by itself in a day, and separately ask to. Somebody who joins and leaves in a loop
 * would use up a link, and each round costs a delivery to every member or a push to every manager. Beyond it: RATE_LIMITED.
 */
export const MAX_JOINS_A_DAY = 10
