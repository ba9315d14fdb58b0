/**
 * Maximum different emoji of one message. They come with each page of messages; beyond it only those that are there can be
 * added to (LIMIT_REACHED).
 */
export const MAX_EMOJI_OF_MESSAGE = 50
/**
 * Maximum reactions of one user to one message, so that a few users cannot use up those of the message. Beyond it the
 * user must remove one (LIMIT_REACHED).
 */
export const MAX_REACTIONS_OF_USER = 10
