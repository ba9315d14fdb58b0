/** Maximum messages of one call: it bounds one event, and how long a call holds the user's lock. */
export const MAX_HIDDEN_AT_ONCE = 100
/**
 * Maximum messages that one user has deleted for themselves in one conversation. Each is a row, and a page of history, or the
 * search for the last message, may have to step over all of them. Beyond it: LIMIT_REACHED, until the user clears the
 * conversation.
 */
export const MAX_HIDDEN = 10_000
