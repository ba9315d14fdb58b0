/** Maximum characters of a text, a caption or a draft, unless the operator sets another. */
export const MAX_TEXT = 10_000
/** Maximum rows of one page of any connection of this room. */
export const MAX_PAGE = 100
/**
 * Maximum conversations that one user pins. It bounds the statements that read and order them; beyond it pinning is
 * refused with LIMIT_REACHED.
 */
export const MAX_PINNED = 20
/**
 * Maximum members of a group in which senders are told that their messages were read. In a larger one each message would
 * cause an event per member; who has read it is found when somebody asks.
 */
export const MAX_RECEIPT_MEMBERS = 100
