/** Maximum rows of one page of any connection of this room. */
export const MAX_PAGE = 100
