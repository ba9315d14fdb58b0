/** Maximum members of a group, and of its open invites and requests, unless the operator sets another one. */
export const MAX_MEMBERS = 100_000
