/** Every error code of the subgraphs, with its meaning for a client. The docs' table is printed from this. */
export const codes = {
  BAD_USER_INPUT:
    'A value does not fit the field: the message says what the field takes, and `argument` which field it is, if one.',
  UNAUTHENTICATED: 'A field of the operation needs a signed-in user.',
  FORBIDDEN: 'You may see this, but not do what you asked for.',
  NOT_FOUND: 'It does not exist, or you may not see it.',
  CONFLICT: 'It has changed since you read it: read it again before you retry.',
  USERNAME_TAKEN: 'Another user has the username, or had it a short while ago: use another one.',
  FRESH_SIGN_IN_REQUIRED:
    'This needs a session of the last ten minutes: sign in again, and repeat it with the new session.',
  TOKEN_INVALID: 'The refresh token is not valid: sign in again.',
  USER_SUSPENDED: 'The account is suspended; `reason` says why, and `until` until when (null: until an admin ends it).',
  NOT_ACCEPTED: 'The other user does not accept this from you. The answer does not say why.',
  MENTIONS_NO_MEMBER:
    'The users in `userIds` take no part in the conversation: send the message without mentioning them.',
  MUTED: 'You may not send messages into this group before `until`.',
  SLOW_MODE: 'The group is in slow mode: send the message again after `retryAfterMs`.',
  MESSAGE_DELETED:
    'The message was deleted for everyone: it takes no answer, edit, reaction or pin, and cannot be forwarded.',
  NOT_EDITABLE: 'Forwarded messages and messages of the type SYSTEM cannot be edited: send another message.',
  EDIT_WINDOW_OVER: 'The message could be edited until `until`: send another message.',
  EDIT_LIMIT: 'The message has as many versions as one may have: send another message.',
  DELETE_WINDOW_OVER: 'Its sender could delete the message for everyone until `until`.',
  LIMIT_REACHED: 'There are as many of these as one user, or one message, may have; the message names the limit.',
  MEDIA_INCOMPLETE: 'The files in `mediaIds` have not come yet: upload them, then send the message again.',
  MEDIA_OFF: 'This server takes no files.',
  RATE_LIMITED:
    'The same for too many of one kind, such as codes, requests to one friend, joins of one group, or `sync` at the same time.',
  CURSOR_MALFORMED: 'The cursor was not made by this server.',
  CURSOR_TOO_OLD:
    'The log no longer reaches back to the cursor: fetch the conversations again and subscribe without a cursor.',
  SLOW_CONSUMER: 'Events came faster than the client read them: subscribe again from the last cursor.',
  UNAVAILABLE: 'A required service is down: try again after `retryAfterMs`.',
} as const

export type Code = keyof typeof codes

/**
 * An error that clients may see; any other error is sent as INTERNAL_SERVER_ERROR. graphql-js copies `extensions` from
 * any error, so domain code needs no graphql import.
 */
export class PublicError extends Error {
  override name = 'PublicError'
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: Code }

  constructor(code: Code, message: string, facts: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(message, options)
    this.extensions = { ...facts, code }
  }
}

export const notFound = (kind: string, id: string) =>
  new PublicError('NOT_FOUND', `There is no ${kind} ${id} that you can see.`, { kind })

/** A block and a privacy setting give the same error, so that nobody can tell that they are blocked. */
export const messagesNotAccepted = () =>
  new PublicError('NOT_ACCEPTED', 'This user does not accept direct messages from you.')

export const mentionsNoMember = (userIds: readonly string[]) =>
  new PublicError('MENTIONS_NO_MEMBER', 'The message mentions users who take no part in the conversation.', { userIds })

export const badInput = (argument: string, message: string) => new PublicError('BAD_USER_INPUT', message, { argument })
