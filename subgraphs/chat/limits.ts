/** Maximum rows of one page of any connection of this room. */
export const MAX_PAGE = 100
/**
 * Maximum conversations that one user pins. It bounds the statements that read and order them; beyond it pinning is
 * refused with LIMIT_REACHED.
 */
export const MAX_PINNED = 20
